import type { Value } from './value.ts'

/** Whether the API server decodes it: standard alphabet, right padding; line breaks are allowed (Go's `base64.StdEncoding`). */
export function base64Valid(value: Value): boolean {
  if (typeof value !== 'string') return false
  const text = value.replace(/[\r\n]/g, '')
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)
}

/** The text behind it; '' where it is not base64. */
export function base64Text(value: Value): string {
  return typeof value === 'string' && base64Valid(value) ? Buffer.from(value, 'base64').toString('utf8') : ''
}
