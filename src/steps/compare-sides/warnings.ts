import type { Problem } from '../../domain/problem.ts'
import { cutter } from './compare.ts'
import type { CompareSpec } from './spec.ts'

/** Texts that have nothing in common: a pattern that leaves nothing of any of them would leave nothing of a page. */
const SAMPLES = ['The quick brown fox', '42', '<p>x</p>', 'Grüße, naïve: 7 × 6!', '/a/b?c=d#e']

/** What is allowed of a comparison, but hardly meant. */
export const compareWarnings = ({ ignore, body }: CompareSpec): readonly Problem[] =>
  ignore.filter(matchesEverything).map((pattern) => ({
    code: 'ignores-everything',
    summary: `\`ignore\` holds \`${pattern}\`, which matches everything: of headers${body === 'none' ? '' : ' and bodies'} nothing is left to compare`,
    next: ['write a pattern for the part that may differ, such as `Rendered in \\d+ ms`', 'to leave out bodies alone: `body: none`'],
  }))

function matchesEverything(pattern: string): boolean {
  const cut = cutter([pattern])
  return SAMPLES.every((text) => cut(text).trim() === '')
}
