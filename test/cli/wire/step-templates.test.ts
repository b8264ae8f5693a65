import { expect, test } from 'vitest'
import type { PlanStep } from '../../../src/domain/plan.ts'
import { ProblemError } from '../../../src/domain/problem.ts'
import { EMPTY_RUN, PENDING_STEP } from '../../../src/domain/run-state.ts'
import { templatesOfSteps, withTemplates } from '../../../src/cli/wire/step-templates.ts'
import { stepKinds } from '../../../src/steps/registry.ts'
import { problemsOf } from '../../steps/problem-of.ts'

const step = (id: string, kind: string, spec: unknown): PlanStep => ({
  id,
  kind,
  spec,
  gates: [],
  onFailure: 'rollback',
  location: { file: 'plan.yaml', line: 1, column: 1 },
})
const chart = { helm: { chart: 'shop', release: 'shop', set: { token: '${env:TOKEN}', replicas: 2 } } }
const unset = (where: string) => new ProblemError({ code: 'unset-variable', summary: where, next: [] })

test('the templates of every step, by the step they belong to', () => {
  const steps = [
    step('deploy', 'deploy-to-kubernetes', chart),
    step('wait', 'soak', {}),
    step('more', 'deploy-to-kubernetes', { manifests: 'x' }),
  ]
  expect(templatesOfSteps(steps, EMPTY_RUN, stepKinds)).toEqual([{ template: '${env:TOKEN}', where: 'step deploy: helm.set.token' }])
})

test('of what has been done nothing is asked for again', () => {
  const begun = { ...EMPTY_RUN, steps: new Map([['deploy', { ...PENDING_STEP, phase: 'done' as const }]]) }
  const steps = [step('deploy', 'deploy-to-kubernetes', chart), step('again', 'deploy-to-kubernetes', chart)]
  expect(templatesOfSteps(steps, begun, stepKinds).map((each) => each.where)).toEqual(['step again: helm.set.token'])
})

test('the problems of targets and of steps are said together', async () => {
  const resolve = async (_template: string, where: string) => {
    throw unset(where)
  }
  const problems = await problemsOf(
    withTemplates(
      Promise.reject(unset('targets.nomad.token')),
      [
        { template: '${env:A}', where: 'step a: x' },
        { template: '${env:B}', where: 'step b: y' },
      ],
      resolve,
    ),
  )
  expect(problems.map((each) => each.summary)).toEqual(['targets.nomad.token', 'step a: x', 'step b: y'])
})

test('the value is given once everything is there', async () => {
  expect(await withTemplates(Promise.resolve(1), [{ template: 'a', where: 'b' }], async (template) => template)).toBe(1)
})

test('a mistake of ours is none of the plan', async () => {
  const broken = async (): Promise<string> => {
    throw new TypeError('ours')
  }
  await expect(withTemplates(Promise.resolve(1), [{ template: 'a', where: 'b' }], broken)).rejects.toThrow('ours')
})
