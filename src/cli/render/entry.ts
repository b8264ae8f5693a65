import type { Page } from './page.ts'
import { paragraph } from './paragraph.ts'
import { clockTime } from './time.ts'

/** One thing that happened, as a line for a person. */
export interface Entry {
  readonly mark: 'good' | 'bad' | 'warn' | 'here' | 'note' | 'wait'
  readonly text: string
  /** 0: the run, 1: within a step, 2: evidence below a line. */
  readonly depth: 0 | 1 | 2
  /** `passing` lines say what is going on now: a live view shows that elsewhere and does not keep them. */
  readonly stays: 'kept' | 'passing' | 'verbose'
}

/** An entry under its time: `14:05:09 ✓ [3/6] cut-traffic: done in 12s`. */
export function entryLines(page: Page, entry: Entry, at: number): readonly string[] {
  const time = page.paint.quiet(clockTime(at))
  return paragraph(page, entry.text, {
    first: `${time} ${'  '.repeat(entry.depth)}${markOf(page, entry)} `,
    ...(entry.mark === 'here' && { paint: page.paint.strong }),
  })
}

function markOf(page: Page, entry: Entry): string {
  switch (entry.mark) {
    case 'good':
      return page.paint.good('✓')
    case 'bad':
      return page.paint.bad('✗')
    case 'warn':
      return page.paint.warn('!')
    case 'here':
      return page.paint.strong('●')
    case 'wait':
      return '…'
    case 'note':
      return entry.depth === 0 ? '▸' : '·'
  }
}
