import type { AnsweredPair, Finding } from './pair.ts'
import type { CompareSpec } from './spec.ts'

/**
 * Pure. Whether the application sees the same visitor's address on both sides: behind one more proxy it easily sees the proxy's. Undefined: it does.
 */
export function addressFinding(pair: AnsweredPair, { pattern }: NonNullable<CompareSpec['clientAddress']>): Finding | undefined {
  const found = (text: string, certain = true): Finding => ({ path: pair.path, what: 'client-address', text, certain })
  const [old, fresh] = [pair.old, pair.new].map(({ body }) => new RegExp(pattern).exec(body)?.[1])
  if (old === undefined || old === '') return found(`\`clientAddress.pattern\` finds no address in what the old side answers`, false)
  if (fresh === undefined || fresh === '')
    return found(`the application names the visitor's address as ${short(old)} (old), and none (new)`)
  return old === fresh ? undefined : found(`the application sees the visitor's address as ${short(old)} (old) and ${short(fresh)} (new)`)
}

/** A pattern that catches too much must not print it all. */
const short = (address: string): string => (address.length > 60 ? `${address.slice(0, 59)}…` : address)
