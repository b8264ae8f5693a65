import { looksSecret } from './secrets.ts'
import type { Value } from './value.ts'
import { fieldOf, listOf, textOf } from './value.ts'

/** A value that stands in the plan itself; never the value, which may be printed. */
export interface WrittenOut {
  readonly step: string
  /** The field in the step: `helm.set.backend.token`. */
  readonly where: string
  readonly secret: boolean
}

/** Of `plan.literals`. Where a part of it comes from elsewhere, only a shape that says what it is (a password in an address) makes it a secret. */
export function planLiterals(plan: Value): readonly WrittenOut[] {
  return listOf(fieldOf(plan, 'literals')).map((literal) => {
    const [where, value] = [textOf(fieldOf(literal, 'where')), textOf(fieldOf(literal, 'value'))]
    const key = value.includes('${') ? '' : where.slice(where.lastIndexOf('.') + 1)
    return { step: textOf(fieldOf(literal, 'step')), where, secret: looksSecret(key, value) }
  })
}
