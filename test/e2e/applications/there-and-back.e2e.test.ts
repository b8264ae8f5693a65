import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bundle } from '../command.ts'
import { bundle } from '../command.ts'
import { title, whyNoWorld } from '../world/tools/possible.ts'
import type { World } from '../world/world.ts'
import { startWorld } from '../world/world.ts'
import type { Application, Name } from './application.ts'
import { prepareApplication, VARIABLES } from './application.ts'
import { allocatable, claim, forget, makeVolumes, objectsIn, onNode, releases, throughIngress, throughService, usersIn } from './cluster.ts'
import { codesOf, expectCode } from './command.ts'

const reason = await whyNoWorld()
/** Longest wait for what the cluster does by itself, on a busy machine. */
const SOON = { timeout: 60_000, interval: 250 }

/** One plan, and how it is seen that its application really runs. */
interface Played {
  readonly name: Name
  readonly namespace: string
  /** Each container and the user of its process. */
  readonly users: readonly string[]
  readonly looks: (world: World) => Promise<readonly string[]>
  readonly answers: readonly string[]
  /** What a rollback leaves in the namespace, on purpose. */
  readonly stays: readonly string[]
  /** Before it is run. */
  readonly first?: (world: World, application: Application) => Promise<void>
}

const PLAYED: readonly Played[] = [
  {
    name: 'todo-app',
    namespace: 'todo-app',
    users: ['backend 1000', 'frontend 1001'],
    looks: (world) => Promise.all([onNode(world, 30_000), throughService(world, 'todo-app', 'todo-app-backend', '/api/v1')]),
    answers: ['todo-app frontend', 'todo-app backend'],
    stays: [],
  },
  {
    name: 'phase-iv.dev',
    namespace: 'todo-dev',
    users: ['backend 1000', 'backend 1000', 'frontend 1001', 'frontend 1001'],
    looks: (world) => Promise.all([onNode(world, 30_080), throughService(world, 'todo-dev', 'todo-backend', '/')]),
    answers: ['todo-frontend', 'todo-backend'],
    stays: [],
    first: refusedAndMadeSmaller,
  },
  {
    name: 'phase-iv.prod',
    namespace: 'todo-prod',
    // Two of each: the autoscalers' least.
    users: ['backend 1000', 'backend 1000', 'frontend 1001', 'frontend 1001'],
    looks: (world) =>
      Promise.all([
        throughIngress(world, 'todo.example.org', '/'),
        throughIngress(world, 'todo.example.org', '/api/v1'),
        onNode(world, 30_080),
      ]),
    answers: ['todo-frontend', 'todo-backend', 'todo-frontend'],
    stays: [],
    first: refusedAndMadeSmaller,
  },
  {
    name: 'lumina',
    namespace: 'lumina',
    users: ['backend 1000', 'chatbot 1000', 'frontend 1001'],
    looks: (world) =>
      Promise.all([
        onNode(world, 30_080),
        throughService(world, 'lumina', 'backend-service', '/api/health'),
        throughService(world, 'lumina', 'chatbot-service', '/health'),
        claim(world, 'lumina', 'backend-sqlite-pvc'),
      ]),
    answers: ['lumina frontend', 'lumina backend', 'lumina chatbot', 'Bound to one-writer'],
    stays: ['persistentvolumeclaim/backend-sqlite-pvc'],
  },
  {
    name: 'todo-full',
    namespace: 'todo-full',
    users: ['backend 1000', 'frontend 1001'],
    looks: (world) =>
      Promise.all([
        throughIngress(world, 'todo.example.org', '/'),
        throughIngress(world, 'todo.example.org', '/api/todos'),
        claim(world, 'todo-full', 'todo-backend-files'),
      ]),
    answers: ['todo-full frontend', 'todo-full backend', 'Bound to many-writers'],
    stays: ['persistentvolumeclaim/todo-backend-files'],
    first: (_world, application) => application.edit([[['targets', 'kubernetes', 'requires', 'metricsServer'], undefined]]),
  },
]

describe.skipIf(reason !== undefined)(title('plans of applications on a real cluster', reason), () => {
  let built: Bundle
  let world: World
  beforeAll(async () => {
    built = await bundle()
    world = await startWorld()
    await makeVolumes(world)
  })
  afterAll(async () => {
    await world?.stop()
    await built?.remove()
  })

  it.for(PLAYED.map((each) => [each.name, each] as const))('%s: there, back, and there again', async ([name, played]) => {
    const { namespace } = played
    const application = await prepareApplication(world, built.entry, name)
    const { plan, run } = application
    expectCode(await run('validate', plan), 0)
    await played.first?.(world, application)

    const there = await run('run', plan, '--yes')
    expectCode(there, 0)
    expect(there.stdout).toContain('Done: deployed reached')
    const runs = async (): Promise<void> => {
      // The cluster's Traefik comes to know a Service's pods by itself, a moment after they are ready: until then another path of the host answers.
      await expect.poll(() => played.looks(world), SOON).toEqual(played.answers)
      // An autoscaler may still have to ask for its least.
      await expect.poll(() => usersIn(world, namespace), SOON).toEqual(played.users)
    }
    await runs()
    expect(await releases(world)).toEqual([])

    const status = await run('status', plan)
    expectCode(status, 0)
    expect(status.stdout).toContain('[deployed]')

    const back = await run('rollback', plan, '--yes')
    expectCode(back, 0)
    expect(back.stdout).toContain('Rolled back to absent, verified')
    for (const kept of [`Namespace ${namespace}`, ...played.stays.map(stayed(namespace))]) expect(back.stdout).toContain(`${kept} stays`)
    // What the cluster has made of ours, such as an EndpointSlice, it takes away by itself.
    await expect.poll(() => objectsIn(world, namespace), SOON).toEqual(played.stays)

    const again = await run('run', plan, '--yes')
    expectCode(again, 0)
    await runs()
    await forget(world, namespace)
    for (const { stdout, stderr } of [there, status, back, again])
      for (const secret of Object.values(VARIABLES)) expect(stdout + stderr).not.toContain(secret)
  })
})

/** The plan asks for more than the world may have: it is refused with exactly that, and then asks for less. */
async function refusedAndMadeSmaller(world: World, { plan, run, edit }: Application): Promise<void> {
  const has = await allocatable(world)
  const before = (await world.kubernetes.audit.writes()).length
  const refused = await run('run', plan, '--yes')
  expectCode(refused, 1)
  const tooSmall = [has.cpu < 4, has.memory < 4096].filter(Boolean).map(() => 'cluster-too-small')
  expect(codesOf(refused)).toEqual([...tooSmall, 'metrics-server-missing'])
  expect(refused.stdout + refused.stderr).toContain('Nothing was changed')
  expect((await world.kubernetes.audit.writes()).length).toBe(before)
  await edit([[['targets', 'kubernetes', 'requires'], { version: '>=1.28', cpu: 1, memory: '512Mi', ingressController: true }]])
}

/** `persistentvolumeclaim/x` as the report says it. */
const stayed =
  (namespace: string) =>
  (name: string): string =>
    name.replace('persistentvolumeclaim/', `PersistentVolumeClaim ${namespace}/`)
