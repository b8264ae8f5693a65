import fc from 'fast-check'
import { expect, it } from 'vitest'
import { redacted } from '../../../src/cli/redact.ts'
import { dryRunLines } from '../../../src/cli/render/dry-run.ts'
import { entryLines } from '../../../src/cli/render/entry.ts'
import { eventLine } from '../../../src/cli/render/event-line.ts'
import { fold, liveLines, NOT_STARTED } from '../../../src/cli/render/live.ts'
import { NOTHING_SAID } from '../../../src/cli/render/memory.ts'
import { narrate } from '../../../src/cli/render/narration.ts'
import type { Page } from '../../../src/cli/render/page.ts'
import { createPage } from '../../../src/cli/render/page.ts'
import { problemsLines } from '../../../src/cli/render/problem.ts'
import { resultLines } from '../../../src/cli/render/result.ts'
import { statusLines } from '../../../src/cli/render/status.ts'
import { displayWidth } from '../../../src/cli/render/width.ts'
import { dryRun, event, problem, result, status, text } from './any.ts'

const named = { plan: 'plans/site.yaml', lab: false }

/** Commands, paths and addresses are not broken: they hold a slash or a backtick, or stand alone after one of our own commands. */
const mayBeLong = (line: string): boolean =>
  /[/`]/.test(line) || /^\s+(?:kubectl|nomad|ssh|sudo|curl|helm|export|cp|mv|git|npx|jmc-migrate) /.test(line)

function expectTidy(lines: readonly string[], page: Page): void {
  for (const line of lines) {
    if (!mayBeLong(line)) expect(displayWidth(line), JSON.stringify(line)).toBeLessThanOrEqual(page.width)
    // No text from outside may move the cursor, colour the terminal, or turn the reading direction.
    // oxlint-disable-next-line no-control-regex
    expect(line.replaceAll(/\u001B\[\d+m/g, '')).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u202A-\u202E]/)
  }
}

/** The numbers of the steps end in one column, also where there are more than nine. */
function expectColumn(lines: readonly string[], steps: number): void {
  // oxlint-disable-next-line no-control-regex
  const plain = lines.map((line) => line.replaceAll(/\u001B\[\d+m/g, ''))
  const ends = plain.flatMap((line) => /^ {2}\S +\[\d+\/(\d+)\]|^ {2}\S \[\d+\/(\d+)\]/.exec(line)?.[0].length ?? [])
  expect([ends.length >= steps, new Set(ends).size <= 1]).toEqual([true, true])
}

const pages = fc.record({ width: fc.constantFrom(40, 80, 120), colour: fc.boolean(), verbose: fc.boolean() }).map(createPage)

it('no rendering is wider than the page, and none lets text from outside control the terminal', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(
      pages,
      fc.array(event, { maxLength: 12 }),
      fc.array(problem, { maxLength: 3 }),
      dryRun,
      result,
      status,
      (page, events, problems, dry, end, view) => {
        let memory = NOTHING_SAID
        let live = NOT_STARTED
        events.forEach((each, index) => {
          const told = narrate(memory, each, index * 10_000)
          memory = told.memory
          live = fold(live, each, index * 10_000)
          expectTidy(
            told.entries.flatMap((entry) => entryLines(page, entry, index)),
            page,
          )
          expectTidy(liveLines(page, live, 1_000_000), page)
        })
        expectTidy(problemsLines(page, problems), page)
        expectTidy(dryRunLines(page, dry), page)
        expectTidy(resultLines(page, end, named), page)
        expectTidy(statusLines(page, view, 1_000), page)
        expectColumn(statusLines(page, view, 1_000), view.report.steps.length)
      },
    ),
    { numRuns: 150 },
  )
})

it('an event is one valid JSON object on one line that says its type, whatever is redacted', () => {
  fc.assert(
    fc.property(event, text, (each, secret) => {
      const redact = (value: string): string => (secret === '' ? value : value.replaceAll(secret, '"[redacted]\n'))
      const line = eventLine(redacted(each, redact), 0)
      expect(line).not.toContain('\n')
      const parsed = JSON.parse(line) as { schema: number; type: string; at: string }
      expect(parsed.schema).toBe(1)
      expect(parsed.at).toBe('1970-01-01T00:00:00.000Z')
      expect(typeof parsed.type).toBe('string')
    }),
    { numRuns: 300 },
  )
})
