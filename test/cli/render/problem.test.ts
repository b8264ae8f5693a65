import { describe, expect, it } from 'vitest'
import { createPage } from '../../../src/cli/render/page.ts'
import { problemLines, problemsLines } from '../../../src/cli/render/problem.ts'
import { displayWidth } from '../../../src/cli/render/width.ts'

const page = createPage({ width: 60, colour: false })
const location = { file: 'plans/site.yaml', line: 9, column: 3, text: '\t\tfoo: bar', length: 3 }

describe('a problem', () => {
  it('says code, summary, place, what was attempted, evidence, cause, effect and what to do, in this order', () => {
    const lines = problemLines(page, {
      code: 'edge-file-changed',
      summary: 'somebody was faster',
      attempted: 'write it',
      details: ['hash differs'],
      cause: 'EIO',
      next: ['run it again'],
      effect: 'unknown',
      location,
    })
    expect(lines).toEqual([
      'error[edge-file-changed] somebody was faster',
      '  at plans/site.yaml:9:3',
      '  9 │ ⇥⇥foo: bar',
      '    │   ^^^',
      '  while: write it',
      '  · hash differs',
      '  cause: EIO',
      '  It is not known whether this took effect.',
      '  → run it again',
    ])
  })

  it('keeps the caret in sight on a line wider than the page', () => {
    const text = `${'a'.repeat(200)}WRONG${'b'.repeat(200)}`
    const [, , drawn = '', caret = ''] = problemLines(page, {
      code: 'x',
      summary: 's',
      next: [],
      location: { ...location, text, column: 201, length: 5 },
    })
    expect(displayWidth(drawn)).toBeLessThanOrEqual(60)
    expect(drawn.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1)).toBe('WRONG')
  })

  it('never breaks a command, in a line of its own or in backticks', () => {
    const command = `kubectl --context production --namespace default get deployment/web --output yaml`
    const quoted = `ask for it: \`${command}\``
    const lines = problemLines(page, { code: 'x', summary: 's', next: [command, quoted] })
    expect(lines).toContain(`  → ${command}`)
    expect(lines.some((line) => line.includes(`\`${command}\``))).toBe(true)
  })
})

it('several problems are counted, and "nothing was changed" is said only when it is certain of all', () => {
  const certain = { code: 'x', summary: 's', next: [], effect: 'no' } as const
  expect(problemsLines(page, [certain, certain]).at(-1)).toBe('2 problems. Nothing was changed.')
  expect(problemsLines(page, [certain, { ...certain, effect: 'unknown' }]).at(-1)).toBe('2 problems.')
  expect(problemsLines(page, [{ code: 'x', summary: 's', next: [] }]).join('\n')).not.toContain('Nothing was changed')
})
