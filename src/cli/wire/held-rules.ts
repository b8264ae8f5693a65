import type { PolicyReport } from '../../domain/policy.ts'

/** How many rules hold: those that were asked and found nothing wrong anywhere that is not waived, and left nothing without an answer. */
export function heldRules({ questions }: PolicyReport): { readonly hold: number; readonly waived: number } {
  const byRule = new Map<string, 'passed' | 'waived' | 'open'>()
  for (const { rule, verdict } of questions) {
    const before = byRule.get(rule)
    if (verdict === 'found' || verdict === 'inconclusive' || before === 'open') byRule.set(rule, 'open')
    else byRule.set(rule, verdict === 'waived' || before === 'waived' ? 'waived' : 'passed')
  }
  const all = [...byRule.values()]
  return { hold: all.filter((each) => each !== 'open').length, waived: all.filter((each) => each === 'waived').length }
}
