import type { Page } from './page.ts'
import { paragraph } from './paragraph.ts'
import { displayWidth, printable } from './width.ts'

export interface DrawnState {
  readonly name: string
  readonly mark: 'reached' | 'current' | 'ahead'
  /** Shown where there is a line for each state: "since 14:05:09". */
  readonly note?: string
}

const MARKS = { reached: '✓', current: '●', ahead: '○' } as const

/**
 * The states as a line with an arrow between them: ✓ reached, ● here, ○ ahead; where they do not fit beside each other, below each
 * other.
 */
export function stateLines(page: Page, states: readonly DrawnState[], indent = '  '): readonly string[] {
  const line = indent + states.map((state) => drawn(page, state)).join(' ──▶ ')
  if (displayWidth(line) <= page.width) return [line]
  return states.flatMap((state) => {
    const note = state.note === undefined ? '' : `  (${state.note})`
    return paragraph(page, printable(state.name) + note, {
      first: `${indent}${mark(page, state)} `,
      ...(state.mark === 'current' && { paint: page.paint.strong }),
    })
  })
}

const mark = (page: Page, state: DrawnState): string => (state.mark === 'reached' ? page.paint.good(MARKS.reached) : MARKS[state.mark])

function drawn(page: Page, state: DrawnState): string {
  const name = printable(state.name)
  return state.mark === 'current' ? page.paint.strong(`${MARKS.current} [${name}]`) : `${mark(page, state)} ${name}`
}
