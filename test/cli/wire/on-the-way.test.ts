import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { diskFiles } from '../../../src/adapters/system/plan-files.ts'
import { onlyNeeded, onTheWay } from '../../../src/cli/wire/on-the-way.ts'
import { REGISTRIES } from '../../../src/cli/wire/plan-source.ts'
import { resolveTargets } from '../../../src/cli/wire/resolve-targets.ts'
import { longest, targetChecks } from '../../../src/cli/wire/target-checks.ts'
import type { Plan } from '../../../src/domain/plan.ts'
import { ProblemError } from '../../../src/domain/problem.ts'
import { EMPTY_RUN, PENDING_STEP } from '../../../src/domain/run-state.ts'
import type { Goal } from '../../../src/engine/next.ts'
import { readPlan } from '../../../src/plan/read-plan.ts'

const folder = fileURLToPath(new URL('../../../plans', import.meta.url))
const files = diskFiles(folder)
async function planOf(name: string, change: (text: string) => string = (text) => text): Promise<Plan> {
  const text = change(readFileSync(join(folder, name), 'utf8'))
  return (await readPlan({ path: name, text }, REGISTRIES, files)).plan
}
const seed = (change?: (text: string) => string): Promise<Plan> => planOf('jayne-martin-counselling.yaml', change)
const portions = (): Promise<Plan> => planOf('jayne-martin-counselling-in-portions.yaml')

const to = (state: string): Goal => ({ do: 'run', to: state })
const BACK: Goal = { do: 'rollback', to: 'nomad-only' }
const begun = (...ids: readonly string[]) => ({
  ...EMPTY_RUN,
  steps: new Map(ids.map((id) => [id, { ...PENDING_STEP, phase: 'done' as const }])),
})
const way = (plan: Plan, goal: Goal, state = EMPTY_RUN) =>
  onTheWay(
    { loaded: { plan, warnings: [], files, snapshot: { schema: 1, planPath: '', planText: '', listings: {}, files: {} } }, state },
    goal,
  )
const targets = (plan: Plan, goal: Goal, state = EMPTY_RUN): string => [...way(plan, goal, state).needed.targets].toSorted().join(' ')

describe('the targets that are needed', () => {
  it('up to a state are those of its steps, and the edge, which knows where visitors are', async () => {
    expect(targets(await seed(), to('both-running'))).toBe('edge kubernetes')
    expect(targets(await seed(), to('k8s-only'))).toBe('edge kubernetes')
    expect(targets(await seed(), to('nomad-removed'))).toBe('edge kubernetes nomad')
  })

  it('are also those of a later step for whose sake a soak watches', async () => {
    expect(targets(await portions(), to('both-running'))).toBe('edge kubernetes')
    expect(targets(await portions(), to('k8s-only'))).toBe('edge kubernetes nomad')
  })

  it('are no longer those that a soak which is over watched, nor such as no step uses once it has begun', async () => {
    const plan = await portions()
    const done = begun(
      ...plan.steps
        .slice(
          0,
          plan.steps.findIndex(({ id }) => id === 'alone'),
        )
        .map(({ id }) => id),
    )
    expect(targets(plan, to('k8s-only'), done)).toBe('edge kubernetes')
    expect(targets(plan, to('nomad-removed'), done)).toBe('edge kubernetes nomad')
    const whole = { ...plan, steps: plan.steps.slice(0, plan.steps.findIndex(({ id }) => id === 'alone') + 1) }
    expect(targets(whole, to('k8s-only'))).toBe('edge kubernetes nomad')
    expect(targets(whole, to('k8s-only'), done)).toBe('edge kubernetes')
  })

  it('are also those of gates', async () => {
    const gated = (gate: string) =>
      seed((text) => text.replace('    reaches: both-running', `    gates: [${gate}]\n    reaches: both-running`))
    expect(targets(await gated('{ nomad-job: { job: x, is: running } }'), to('both-running'))).toBe('edge kubernetes nomad')
  })

  it('of a rollback are those of what has begun, and of a run those of what lies behind its goal and has begun', async () => {
    const plan = await seed()
    expect(targets(plan, BACK)).toBe('edge')
    expect(targets(plan, BACK, begun('deploy'))).toBe('edge kubernetes')
    expect(targets(plan, to('k8s-only'), begun('deploy', 'check-ingress', 'cut-traffic', 'soak', 'stop'))).toBe('edge kubernetes nomad')
  })

  it('are asked for and checked alone; a run that goes further asks for the rest', async () => {
    const plan = await seed()
    const unset = (goal: Goal) =>
      resolveTargets(onlyNeeded(plan, way(plan, goal).needed), {
        resolve: async (template, where) => {
          if (template.includes('${')) throw new ProblemError({ code: 'unset-variable', summary: where, next: [] })
          return template
        },
        env: {},
        directory: folder,
      })
    expect(Object.keys(await unset(to('k8s-only'))).toSorted()).toEqual(['edge', 'hosts', 'kubernetes'])
    await expect(unset(to('nomad-removed'))).rejects.toThrow('targets.nomad.token')
    const checked = (goal?: Goal): readonly string[] =>
      targetChecks(plan, REGISTRIES.kinds, files, goal && way(plan, goal)).map(({ target }) => target)
    expect(checked(to('k8s-only'))).toEqual(['kubernetes', 'edge', 'site'])
    expect(checked(to('nomad-removed'))).toEqual(['kubernetes', 'nomad', 'edge', 'site'])
    expect(checked()).toEqual(['kubernetes', 'nomad', 'edge', 'site'])
  })

  it('include only the hosts that steps name, and the edge', async () => {
    const plan = await seed((text) =>
      text
        .replace('hestia: { ssh: hestia, become: sudo }', 'hestia: { ssh: hestia, become: sudo }\n    other: { ssh: other }')
        .replace('  - id: uninstall', '  - { id: off, uninstall-nomad: { hosts: [other] } }\n  - id: uninstall'),
    )
    expect([...way(plan, to('k8s-only')).needed.hosts]).toEqual(['hestia'])
    expect([...way(plan, BACK, begun('deploy', 'off')).needed.hosts].toSorted()).toEqual(['hestia', 'other'])
    expect([...way(plan, to('nomad-removed')).needed.hosts].toSorted()).toEqual(['hestia', 'other'])
  })

  it('must stay usable for as long as the steps on the way may take', async () => {
    const plan = await seed()
    const [short, whole] = [to('both-running'), to('nomad-removed')].map((goal) => longest(way(plan, goal).steps, REGISTRIES.kinds))
    expect(short).toBeGreaterThan(0)
    expect(whole).toBeGreaterThan((short ?? 0) + 5 * 60_000)
  })
})
