import type { Breaks } from './breaks.ts'
import { jayneMartin } from './jayne-martin.ts'
import { lumina } from './lumina.ts'
import { phaseIvDev, phaseIvProd } from './phase-iv.ts'
import { todoApp } from './todo-app.ts'
import { todoFull } from './todo-full.ts'

/** A fixture and how each rule that looks at something of it is broken. The lists give the reason by full name of the rule. */
export interface BrokenFixture {
  /** `plans/NAME.yaml`. */
  readonly plan: string
  readonly breaks: Breaks
  /** The fixture itself is not as the rule wants it, which refuses nothing. */
  readonly already: Readonly<Record<string, string>>
  /** It has something that the rule looks at, and no copy breaks it. */
  readonly unbreakable: Readonly<Record<string, string>>
}

export const FIXTURES: readonly BrokenFixture[] = [jayneMartin, todoApp, phaseIvProd, phaseIvDev, lumina, todoFull]

/** Rules that look at nothing that any of these fixtures has. */
export const NOT_APPLICABLE: Readonly<Record<string, string>> = {}
