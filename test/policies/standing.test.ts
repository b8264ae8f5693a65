import { expect, it } from 'vitest'
import type { PolicySubjects } from '../../src/domain/policy.ts'
import { evaluatePolicies } from '../../src/policies/evaluate.ts'
import { reportProblems } from '../../src/policies/report-problems.ts'
import { pack, subjects, waiver } from './subjects.ts'

/** Two objects, of the steps `first` and `second`. */
function ofSteps(more: Partial<PolicySubjects>): PolicySubjects {
  const all = subjects(
    '{ apiVersion: v1, kind: Service, metadata: { name: web } }\n---\n{ apiVersion: v1, kind: Service, metadata: { name: api } }',
  )
  return { ...all, objects: all.objects.map((each, index) => ({ ...each, step: index === 0 ? 'first' : 'second' })), ...more }
}
const WRONG = { expression: 'false' }
const refusals = async (
  rule: Readonly<Record<string, unknown>>,
  standing: readonly string[],
  waivers = [] as ReturnType<typeof waiver>[],
) => {
  const { refused, warnings } = reportProblems(
    await evaluatePolicies([await pack(rule)], ofSteps({ standing: new Set(standing) }), waivers),
  )
  return [refused.map(({ code, summary }) => `${code} ${summary}`), warnings.map(({ code, summary }) => `${code} ${summary}`)]
}

it('what is wrong with an object that stands is a warning, with one that is to come it refuses', async () => {
  expect(await refusals(WRONG, ['first'])).toEqual([['policy-violation Service/api: wrong'], ['policy-warning Service/web: wrong']])
})

it('a waiver that ended bars nothing where all that it was for stands', async () => {
  const ended = [waiver({ object: 'Service/web', expires: '2026-06-14' })]
  const [refused, warnings] = await refusals(WRONG, ['first', 'second'], ended)
  expect(refused).toEqual([])
  expect(warnings?.[0]).toMatch(/^waiver-expired/)
  expect((await refusals(WRONG, ['second'], ended))[0]?.[0]).toMatch(/^waiver-expired/)
})

it('a rule that cannot be asked about an object that stands is a warning', async () => {
  expect((await refusals({ expression: 'object.nothing' }, ['first', 'second']))[0]).toEqual([])
  expect((await refusals({ expression: 'object.nothing' }, ['first']))[0]).toHaveLength(1)
})

it('what is wrong with the plan as a whole refuses until all of it stands', async () => {
  const whole = { looksAt: 'objects', expression: 'false' }
  expect((await refusals(whole, ['first']))[0]).toHaveLength(1)
  expect((await refusals(whole, ['first', 'second']))[0]).toEqual([])
})
