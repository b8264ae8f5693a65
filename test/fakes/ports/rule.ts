import type { RouteQuestion } from '../../../src/domain/ports/index.ts'

/** Whether a rule of `Host`, `PathPrefix` and `Header` matchers, joined by `&&`, matches; anything else is not understood. */
export function matches(rule: string, question: RouteQuestion): boolean | 'undecidable' {
  const parts = rule.split('&&').map((part) => matchesPart(part.trim(), question))
  if (parts.includes(false)) return false
  return parts.includes('undecidable') ? 'undecidable' : true
}

function matchesPart(part: string, { host, path, headers = {} }: RouteQuestion): boolean | 'undecidable' {
  const [, matcher, list] = /^(Host|PathPrefix|Header)\((.*)\)$/.exec(part) ?? []
  const values = [...(list ?? '').matchAll(/`([^`]*)`/g)].map(([, value]) => value ?? '')
  if (matcher === 'Host') return values.includes(host)
  if (matcher === 'PathPrefix') return path.startsWith(values[0] ?? '')
  if (matcher !== 'Header') return 'undecidable'
  const found = Object.entries(headers).find(([name]) => name.toLowerCase() === values[0]?.toLowerCase())
  return found?.[1] === values[1]
}
