import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bundle, Ended } from '../command.ts'
import { bundle } from '../command.ts'
import { kubectl } from '../migration/clean.ts'
import { REGISTRY } from '../world/addresses.ts'
import { title, whyNoWorld } from '../world/tools/possible.ts'
import type { World } from '../world/world.ts'
import { startWorld } from '../world/world.ts'
import type { Application } from './application.ts'
import { prepareApplication, VALUES, VARIABLES } from './application.ts'
import { forget, makeVolumes, objectsIn, onNode } from './cluster.ts'
import { codesOf, expectCode } from './command.ts'

const reason = await whyNoWorld()
/** Longest wait for what the cluster does by itself, on a busy machine: what it has made of ours, such as an EndpointSlice, it takes away later. */
const SOON = { timeout: 60_000, interval: 250 }
/** Seconds until a rollout that stands still is given up: on a busy machine pods take as long to be there, and only they can tell what is wrong. */
const STANDSTILL = 15
const TODO_APP = ['deployment/todo-app-backend', 'deployment/todo-app-frontend', 'service/todo-app-backend', 'service/todo-app-frontend']

describe.skipIf(reason !== undefined)(title('plans of applications that cannot go on', reason), () => {
  let built: Bundle
  let world: World
  beforeAll(async () => {
    built = await bundle()
    world = await startWorld({ registry: true })
    await makeVolumes(world)
  })
  afterAll(async () => {
    await world?.stop()
    await built?.remove()
  })

  const prepare = (...asked: readonly [name: Parameters<typeof prepareApplication>[2], folder: string]): Promise<Application> =>
    prepareApplication(world, built.entry, ...asked)

  /** What the command does must not be any change of the cluster. */
  async function changesNothing(act: () => Promise<Ended>): Promise<Ended> {
    const before = (await world.kubernetes.audit.writes()).length
    const ended = await act()
    expect(ended.stdout + ended.stderr).toContain('Nothing was changed')
    const writes = (await world.kubernetes.audit.writes()).slice(before)
    expect(writes.filter(({ objectRef }) => objectRef?.namespace === 'todo-app' || objectRef?.name === 'todo-app')).toEqual([])
    return ended
  }

  it('a variable that is not set is named before anything is touched', async () => {
    const { plan, run, give } = await prepare('todo-app', 'no-variable')
    const { JWT_SECRET: _missing, ...rest } = VARIABLES
    await give(rest)
    for (const words of [['--dry-run'], ['--yes']]) {
      const ended = await changesNothing(() => run('run', plan, ...words))
      expectCode(ended, 1)
      expect(codesOf(ended)).toEqual(['unset-variable'])
      expect(ended.stdout + ended.stderr).toContain('helm.set.secrets.jwtSecret: the environment variable JWT_SECRET is not set')
    }
  })

  it('a node port that somebody has is named with its holder by the dry run, although the namespace is yet to come', async () => {
    const { plan, run } = await prepare('todo-app', 'node-port')
    await kubectl(world, ['create', 'service', 'nodeport', 'squatter', '--tcp=80', '--node-port=30000'])
    for (const words of [['--dry-run'], ['--yes']]) {
      const ended = await changesNothing(() => run('run', plan, ...words))
      expectCode(ended, 1)
      expect(codesOf(ended)).toEqual(['node-port-in-use'])
      expect(ended.stdout + ended.stderr).toContain(
        'Service todo-app/todo-app-frontend asks for node port 30000, which Service default/squatter has',
      )
    }
    await kubectl(world, ['delete', 'service', 'squatter'])
  })

  it('an image that is not there: taken back by itself, with the cause', async () => {
    const { plan, run, edit } = await prepare('todo-app', 'bad-image')
    await edit([[['backend', 'image', 'tag'], 'none']], VALUES['todo-app'])
    const ended = await run('run', plan, '--yes')
    expectCode(ended, 4)
    expect(ended.stdout).toContain('Rolled back automatically to absent, verified')
    expect(ended.stdout).toContain('container backend: ErrImageNeverPull: Container image "jmc.test/site:none" is not present')
    await expect.poll(() => objectsIn(world, 'todo-app'), SOON).toEqual([])
    const status = await run('status', plan)
    expectCode(status, 0)
    expect(status.stdout).toContain('[absent]')
  })

  it('killed between two groups: the next run makes nothing twice, and a rollback leaves nothing', async () => {
    const { plan, run, start } = await prepare('todo-app', 'killed')
    const before = (await world.kubernetes.audit.writes()).length
    const killed = start('run', plan, '--yes')
    await killed.says('waiting for group 4')
    killed.signal('SIGKILL')
    expect((await killed.ended).code).toBe(undefined)
    const made = await uids()
    expect(made.size).toBe(3)

    const status = await run('status', plan)
    expect(status.stdout).toContain('interrupted, can go on')
    expectCode(await run('run', plan, '--yes'), 0)
    const all = await uids()
    expect([...all.keys()].sort()).toEqual(TODO_APP)
    for (const [name, uid] of made) expect(all.get(name)).toBe(uid)
    const written = (await world.kubernetes.audit.writes())
      .slice(before)
      .map(({ objectRef }) => `${objectRef?.resource}/${objectRef?.name}`)
    expect(new Set(written).size).toBe(written.length)
    expect(await onNode(world, 30_000)).toBe('todo-app frontend')

    expectCode(await run('rollback', plan, '--yes'), 0)
    await expect.poll(() => objectsIn(world, 'todo-app'), SOON).toEqual([])
    await forget(world, 'todo-app')
  })

  /** Deployments and Services of todo-app by their names. */
  async function uids(): Promise<ReadonlyMap<string, string>> {
    const columns = 'jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.uid}{"\\n"}{end}'
    const lines = await kubectl(world, ['get', 'deployments,services', '-n', 'todo-app', '-o', columns])
    return new Map(
      lines.split('\n').map((line) => {
        const [name = '', uid = ''] = line.split(' ')
        return [name.replace(/^\w+/, (kind) => kind.toLowerCase()), uid]
      }),
    )
  }

  // Mostly they wait: side by side.
  it.concurrent('a claim that never binds: why is said from its events, and the plan decides what then', async ({ expect }) => {
    const { plan, run, edit } = await prepare('lumina', 'unbound-claim')
    await edit([[['backend', 'persistence'], { storageClass: 'fast' }]], VALUES.lumina)
    await edit([[['steps', 0, 'onFailure'], 'pause']])
    const ended = await run('run', plan, '--yes')
    expect(ended.code, ended.stdout + ended.stderr).toBe(3)
    expect(ended.stdout).toContain('pod has unbound immediate PersistentVolumeClaims')
    expect(ended.stdout).toContain('PersistentVolumeClaim lumina/backend-sqlite-pvc: the claim is Pending')
    expect(ended.stdout).toContain('ProvisioningFailed: storageclass.storage.k8s.io "fast" not found')
    expect((await run('status', plan)).stdout).toContain('paused, a person decides')
    const back = await run('rollback', plan, '--yes')
    expect(back.code, back.stdout + back.stderr).toBe(0)
    await expect.poll(() => objectsIn(world, 'lumina'), SOON).toEqual(['persistentvolumeclaim/backend-sqlite-pvc'])
  })

  it.concurrent('a rollout that stands still: its deadline and its cause are said, and only its own step is taken back', async ({
    expect,
  }) => {
    const { plan, run, edit } = await prepare('phase-iv.dev', 'stalled')
    await edit([[['targets', 'kubernetes', 'requires'], { version: '>=1.28' }]])
    await edit(
      [
        [['rollout'], { progressDeadlineSeconds: STANDSTILL }],
        [['extraEnv', 'STATUS'], '503'],
        // The same look tells whether a pod lives: three that fail would end it, and be told as its crash.
        [['health'], { initialDelaySeconds: 0, periodSeconds: 10 }],
        // The other one's is 30080, too.
        [['service'], { nodePort: 30_081 }],
      ],
      VALUES['phase-iv frontend'],
    )
    const ended = await run('run', plan, '--yes')
    expect(ended.code, ended.stdout + ended.stderr).toBe(4)
    expect(ended.stdout).toContain('Rolled back automatically to backend-ready, verified')
    expect(ended.stdout).toContain('ProgressDeadlineExceeded')
    expect(ended.stdout).toContain('HTTP probe failed with statuscode: 503')
    const left = (): Promise<readonly string[]> => objectsIn(world, 'todo-dev')
    await expect.poll(async () => (await left()).filter((name) => name.includes('frontend')), SOON).toEqual([])
    expect(await left()).toContain('deployment.apps/todo-backend')
    const back = await run('rollback', plan, '--yes')
    expect(back.code, back.stdout + back.stderr).toBe(0)
    await expect.poll(() => objectsIn(world, 'todo-dev'), SOON).toEqual([])
  })

  it.concurrent('a quota: what it leaves and what was asked for is said, and all is taken back', async ({ expect }) => {
    const { plan, run } = await prepare('todo-app', 'quota')
    const quota = (name: string, hard: string): Promise<unknown> =>
      kubectl(world, ['create', 'quota', name, `--hard=${hard}`, '-n', 'todo-app'])
    await kubectl(world, ['wait', '--for=delete', 'namespace/todo-app', '--timeout=60s'])
    await kubectl(world, ['create', 'namespace', 'todo-app'])
    await quota('no-node-ports', 'services.nodeports=0')
    const refused = await run('run', plan, '--yes')
    expectCode(refused, 1)
    expect(codesOf(refused)).toEqual(['kubernetes-quota-exceeded'])
    expect(refused.stdout + refused.stderr).toContain(
      'quota no-node-ports has no room: asked for services.nodeports=1, used services.nodeports=0 of services.nodeports=0',
    )
    expect(refused.stdout + refused.stderr).toContain('Nothing was changed')
    await kubectl(world, ['delete', 'quota', 'no-node-ports', '-n', 'todo-app'])

    await quota('tight', 'limits.cpu=600m')
    const ended = await run('run', plan, '--yes')
    expectCode(ended, 4)
    expect(ended.stdout).toContain('Rolled back automatically to absent, verified')
    expect(ended.stdout).toContain('quota tight has no room: asked for limits.cpu=300m, used limits.cpu=500m of limits.cpu=600m')
    await expect.poll(() => objectsIn(world, 'todo-app'), SOON).toEqual([])
    await forget(world, 'todo-app')
  })

  it.concurrent('an image that cannot be pulled: absent from its registry, or nobody answers there', async ({ expect }) => {
    const { plan, run, edit } = await prepare('phase-iv.dev', 'not-pulled')
    const namespace = 'todo-pulled'
    await edit([[['metadata', 'name'], namespace]], 'fixtures/phase-iv/namespaces/dev.yaml')
    await edit([
      [['targets', 'kubernetes', 'requires'], { version: '>=1.28' }],
      [['targets', 'kubernetes', 'namespace'], namespace],
    ])
    // The others' is 30080, too.
    await edit([[['service'], { nodePort: 30_082 }]], VALUES['phase-iv frontend'])
    const from = (repository: string): Promise<void> =>
      edit(
        [
          [['image'], { repository, tag: 'none', pullPolicy: 'IfNotPresent' }],
          [['rollout'], { progressDeadlineSeconds: STANDSTILL }],
        ],
        VALUES['phase-iv backend'],
      )
    // Its registry is asked before anything is touched.
    await from(`${REGISTRY}/todo-backend`)
    const refused = await run('run', plan, '--yes')
    expectCode(refused, 1)
    expect(refused.stdout + refused.stderr).toContain(`${REGISTRY} has no todo-backend:none`)
    expect(refused.stdout + refused.stderr).toContain('Nothing was changed')

    await from('127.0.0.1:9/todo-backend')
    const ended = await run('run', plan, '--yes')
    expectCode(ended, 4)
    expect(ended.stdout).toContain('Rolled back automatically to absent, verified')
    expect(ended.stdout).toContain('the registry did not answer the node')
    expect(ended.stdout).toContain('connection refused')
    await expect.poll(() => objectsIn(world, namespace), SOON).toEqual([])
  })
})
