import { basename } from 'node:path'
import type { GatePolicy } from '../../src/domain/gate-policy.ts'
import type { PlanStep } from '../../src/domain/plan.ts'
import { stateBefore } from '../../src/domain/plan.ts'
import type { Goal } from '../../src/engine/next.ts'
import { deployToKubernetes } from '../../src/steps/deploy-to-kubernetes.ts'
import { uninstallNomad } from '../../src/steps/uninstall-nomad.ts'
import type { JournalDisk } from '../fakes/journal.ts'
import { emptyDisk } from '../fakes/journal.ts'
import { FakeRendering, helmOutput } from '../fakes/ports/rendering.ts'
import type { Ended, ProcessOptions } from './process.ts'
import { runProcess } from './process.ts'
import type { Seed } from './seed.ts'
import { readSeed, upTo } from './seed.ts'
import type { WorldData } from './world.ts'
import { startOf, World } from './world.ts'

/** Everything as it is right before one step: made once, copied for each death. */
export interface Base {
  readonly seed: Seed
  readonly step: PlanStep
  /** The state that a rollback of the step leads to. */
  readonly before: string
  /** The world as it was when that state was reached. */
  readonly home: WorldData
  readonly data: WorldData
  readonly disk: JournalDisk
}

/** A world with a journal, and processes that come and go in it. Their plan ends with the step. */
export interface Stage {
  readonly world: World
  readonly disk: JournalDisk
  run(how?: How): Promise<Ended>
  rollback(how?: How): Promise<Ended>
}

type How = Pick<ProcessOptions, 'killAt' | 'approve'>

/** Nobody waits five minutes for each death; the whole plan is run with its real times elsewhere. */
const LONGEST_HOLD_MS = 15_000
const adjustPolicy = (policy: GatePolicy): GatePolicy => ({ ...policy, hold: Math.min(policy.hold, LONGEST_HOLD_MS) })

/** The bases of all steps of the seed plans, by step; where both have one, of the plan that moves visitors at once. */
export async function readBases(): Promise<ReadonlyMap<string, Base>> {
  const portions = await readSeed('in-portions')
  // What its gates judge is tested beside them; here each death would wait for their samples.
  const steps = portions.plan.steps.map((step) => ({ ...step, gates: [] }))
  const inPortions = await basesOf({ ...portions, plan: { ...portions.plan, steps } }, 'alone')
  const bases = new Map([...inPortions, ...(await basesOf(await readSeed(), 'uninstall'))])
  const purge = bases.get('uninstall')
  if (purge === undefined) throw new Error('the seed plan has no step uninstall')
  const deploy = bases.get('deploy')
  if (deploy === undefined) throw new Error('the seed plan has no step deploy')
  return bases.set(WITHOUT_NOMAD, withoutNomad(purge)).set(FROM_CHART, await fromChart(deploy))
}

/** The bases of the steps up to `last`. */
async function basesOf(seed: Seed, last: string): Promise<ReadonlyMap<string, Base>> {
  const bases = new Map<string, Base>()
  let data = startOf(seed)
  let home = data
  let disk = emptyDisk()
  for (const [index, step] of upTo(seed.plan, last).steps.entries()) {
    const base: Base = { seed, step, before: stateBefore(seed.plan, index), home, data, disk }
    bases.set(step.id, base)
    const stage = stageOf(base)
    const { result } = await stage.run()
    if (result?.outcome !== 'done') throw new Error(`the way to the step after ${step.id}: ${JSON.stringify(result)}`)
    data = stage.world.data()
    if (step.reaches !== undefined) home = data
    disk = stage.disk
  }
  return bases
}

/** The step in which a plan deploys a chart, in an order. */
export const FROM_CHART = 'deploy-chart'

/** The seed plan's first step with its objects out of a chart, as helm would print them; the Deployment is ready before the Ingress begins. */
async function fromChart(deploy: Base): Promise<Base> {
  const { seed } = deploy
  const { manifests = '' } = deployToKubernetes.spec.parse(deploy.step.spec)
  const files = (await seed.files.list(manifests)).filter((path) => path.endsWith('.yaml'))
  const documents = await Promise.all(files.map(async (path) => [`templates/${basename(path)}`, await seed.files.read(path)] as const))
  const rendering = new FakeRendering()
  rendering.output.set('chart', helmOutput('site', ...documents))
  const spec = deployToKubernetes.spec.parse({
    helm: { chart: 'chart', release: 'site', set: { token: '${env:TOKEN}' } },
    order: [['Deployment'], ['Service', 'Ingress']],
    whenMissing: 'skip',
  })
  const step = { ...deploy.step, id: FROM_CHART, spec }
  return { ...deploy, seed: { ...seed, rendering, plan: { ...seed.plan, steps: [step] } }, step }
}

/** The step in which a plan takes Nomad off its hosts. */
export const WITHOUT_NOMAD = 'take-nomad-off'

/** The seed plan that ends so, in the place of the purge: what was stopped before it can be started again until something of it has happened. */
function withoutNomad(purge: Base): Base {
  const { plan } = purge.seed
  const api = plan.targets.edge?.api ?? ''
  const livesOn = { kubernetesNodes: true, consulLeader: 'http://127.0.0.1:8500', urls: [`${api}/api/http/routers`] }
  const step = {
    ...purge.step,
    id: WITHOUT_NOMAD,
    kind: uninstallNomad.kind,
    spec: uninstallNomad.spec.parse({ hosts: ['hestia'], livesOn }),
  }
  const steps = [...plan.steps.slice(0, plan.steps.indexOf(purge.step)), step]
  return { ...purge, seed: { ...purge.seed, plan: { ...plan, steps } }, step }
}

export function stageOf({ seed, step, before, data, disk: kept }: Base): Stage {
  const world = new World(seed, data)
  const disk: JournalDisk = { entries: [...kept.entries], blobs: new Map(kept.blobs) }
  const plan = upTo(seed.plan, step.id)
  const process = (goal: Goal, how: How = {}): Promise<Ended> => runProcess({ seed, world, disk, goal, plan, adjustPolicy, ...how })
  return {
    world,
    disk,
    run: (how) => process({ do: 'run', to: step.reaches ?? LAST }, how),
    rollback: (how) => process({ do: 'rollback', to: before }, how),
  }
}

/** No step of a plan that ends before reaches it: all of them are meant. */
const LAST = 'the end of the plan'
