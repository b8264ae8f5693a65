import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bundle, Ended } from '../command.ts'
import { bundle } from '../command.ts'
import { kubectl, until } from '../migration/clean.ts'
import { title, whyNoWorld } from '../world/tools/possible.ts'
import type { Tools } from '../world/tools/build-tools.ts'
import type { World } from '../world/world.ts'
import { startWorld } from '../world/world.ts'
import { prepareApplication, VARIABLES } from './application.ts'
import { endPod, objectsIn, onNode } from './cluster.ts'
import { expectCode } from './command.ts'
import type { Shop } from './shop.ts'
import { FAILING_HOOK, PLAN, planOf, prepareShop, SLOW_HOOK, TOKEN, withHelm } from './shop.ts'

const reason = await whyNoWorld()
/** Longest wait for what the cluster does by itself, on a busy machine. */
const SOON = { timeout: 60_000, interval: 250 }

/** The helms of users: the oldest that we take, and the newest. */
const HELMS: readonly (readonly [version: string, folder: (tools: Tools) => string])[] = [
  ['3.14', ({ folders }) => folders.oldestHelm],
  ['4.2', ({ folders }) => folders.clients],
]

describe.skipIf(reason !== undefined)(title('a chart as a release, on a real cluster', reason), () => {
  let built: Bundle
  let all: World
  beforeAll(async () => {
    built = await bundle()
    all = await startWorld()
  })
  afterAll(async () => {
    await all?.stop()
    await built?.remove()
  })

  // Mostly they wait: side by side.
  describe.concurrent.each(HELMS)('with helm %s', (version, folder) => {
    const namespace = `shop-${version.replace('.', '-')}`
    let world: World
    let shop: Shop
    beforeAll(async () => {
      world = withHelm(all, folder(all.tools))
      shop = await prepareShop(world, built.entry, namespace)
    })
    const well = (ended: Ended): Ended => {
      expect(ended.code, ended.stdout + ended.stderr).toBe(0)
      expect(ended.stdout + ended.stderr).not.toContain(TOKEN)
      return ended
    }
    const revisions = async (): Promise<readonly string[]> => (await shop.history()).map((each) => `${each.revision} ${each.status}`)
    const install = (greeting: string): Promise<Ended> =>
      shop.helm('upgrade', '--install', 'shop', 'chart', '--set', `greeting=${greeting}`, '--set', 'token=theirs', '--create-namespace')

    it.sequential('is that helm', async () => {
      expect((await world.enter('helm', ['version', '--template', '{{.Version}}'])).stdout).toMatch(`v${version}.`)
    })

    it.sequential('a dry run says what helm would do, and changes nothing', async () => {
      const { stdout } = well(await shop.run('run', PLAN, '--dry-run'))
      expect(stdout).toContain(`Release ${namespace}/shop`)
      expect(stdout).toContain(`Deployment ${namespace}/shop`)
      expect(stdout).toContain(`hook ConfigMap ${namespace}/shop-hook`)
      expect(stdout).toContain('made by helm')
      expect(await revisions()).toEqual([])
    })

    it.sequential('installs what helm then knows, and a rollback uninstalls it', async () => {
      well(await shop.run('run', PLAN, '--yes'))
      expect((await shop.helm('list', '--output', 'json')).stdout).toContain('"shop-1.0.0"')
      expect(await shop.history()).toMatchObject([
        { status: 'deployed', description: expect.stringMatching(/^jmc-migrate run=\S+ step=deploy/) },
      ])
      expect(await shop.greeting()).toBe('from the plan')

      const { stdout } = well(await shop.run('rollback', PLAN, '--yes'))
      expect(stdout).toContain(`Namespace ${namespace} stays`)
      expect(await revisions()).toEqual([])
      expect((await world.enter('kubectl', ['get', 'deployments,configmaps,secrets', '-n', namespace, '-o', 'name'])).stdout).toBe(
        'configmap/kube-root-ca.crt',
      )
    })

    it.sequential('upgrades a release that is there, and rolls back to its revision', async () => {
      well(await install('theirs'))
      well(await shop.run('run', PLAN, '--yes'))
      expect(await revisions()).toEqual(['1 superseded', '2 deployed'])
      expect(await shop.greeting()).toBe('from the plan')

      well(await shop.run('rollback', PLAN, '--yes'))
      expect(await shop.history()).toMatchObject([{}, {}, { revision: 3, status: 'deployed', description: 'Rollback to 1' }])
      expect(await shop.greeting()).toBe('theirs')
    })

    it.sequential('rolls back by itself where a hook has failed, and says what helm said', async () => {
      await shop.write('chart/templates/job.yaml', FAILING_HOOK)
      const ended = await shop.run('run', PLAN, '--yes')
      expect(ended.code, ended.stdout + ended.stderr).toBe(4)
      expect(ended.stdout + ended.stderr).toContain('pre-upgrade hooks failed')
      expect((await shop.history()).slice(3)).toMatchObject([{ status: 'failed' }, { status: 'deployed', description: 'Rollback to 3' }])
      expect(await shop.greeting()).toBe('theirs')
      await shop.write('chart/templates/job.yaml', '')
    })

    // Nothing in it is the helm's own way: once is enough.
    if (version === '4.2')
      it.sequential('killed while helm works: helm goes on alone, and the next run waits for it and makes nothing twice', async () => {
        await shop.write('chart/templates/job.yaml', SLOW_HOOK)
        const { killed, before } = await killedAtWork()
        const started = shop.start('run', PLAN, '--yes')
        await started.says('waiting for helm, which is at work on release')
        await endPod(world, namespace, 'shop-migrate')
        well(await started.ended)
        expect(killed.stdout).not.toContain('Done')
        expect((await shop.history()).slice(before)).toMatchObject([
          { status: 'deployed', description: expect.stringMatching(/^jmc-migrate run=\S+ step=deploy/) },
        ])
        expect(await shop.greeting()).toBe('from the plan')
        well(await shop.run('rollback', PLAN, '--yes'))
        expect(await shop.greeting()).toBe('theirs')
      })

    it.sequential('killed together with helm: what is pending for longer than helm works is taken back, and upgraded anew', async () => {
      await shop.write('chart/templates/job.yaml', SLOW_HOOK)
      const { before, helm } = await killedAtWork()
      process.kill(helm, 'SIGKILL')
      // What the hook has made is out of the way, so that the next one is seen.
      await kubectl(world, ['delete', 'pod', 'shop-migrate', '-n', namespace])
      expect((await shop.history()).at(-1)).toMatchObject({ status: 'pending-upgrade' })
      const busy = await shop.helm('upgrade', 'shop', 'chart', '--set', 'token=theirs')
      expect(busy.stderr).toContain('another operation (install/upgrade/rollback) is in progress')
      await shop.age(before + 1, 330_000)

      const started = shop.start('run', PLAN, '--yes')
      await started.says(`helm rolls release ${namespace}/shop back to revision ${before}`)
      await started.says(`helm upgrades release ${namespace}/shop`)
      await untilPending(before + 3)
      await endPod(world, namespace, 'shop-migrate')
      well(await started.ended)
      expect((await shop.history()).slice(before)).toMatchObject([
        // Helm leaves it so for ever; only the last one counts.
        { status: 'pending-upgrade' },
        { status: 'superseded', description: `Rollback to ${before}` },
        { status: 'deployed', description: expect.stringMatching(/^jmc-migrate run=\S+ step=deploy/) },
      ])
      expect(await shop.greeting()).toBe('from the plan')
      well(await shop.run('rollback', PLAN, '--yes'))
      expect(await shop.greeting()).toBe('theirs')
      await shop.write('chart/templates/job.yaml', '')
    })

    /** A run that is killed while a hook of its upgrade works, the helm that it leaves at work, and how many revisions there were. */
    async function killedAtWork(): Promise<{ readonly killed: Ended; readonly helm: number; readonly before: number }> {
      const before = (await shop.history()).length
      const started = shop.start('run', PLAN, '--yes')
      await untilPending(before + 1)
      const helm = Number((await world.enter('pgrep', ['--parent', String(started.pid), '--exact', 'helm'])).stdout)
      started.signal('SIGKILL')
      const killed = await started.ended
      expect((await shop.run('status', PLAN)).stdout).toContain('interrupted, can go on')
      return { killed, helm, before }
    }

    const untilPending = (revision: number): Promise<void> =>
      until(`revision ${revision} is pending`, async () => (await revisions()).at(-1) === `${revision} pending-upgrade`)

    it.sequential('does not undo what somebody has upgraded meanwhile', async () => {
      await shop.write(PLAN, planOf(world.kubernetes.context, namespace, 'from the plan, again'))
      well(await shop.run('run', PLAN, '--yes'))
      well(await install('somebody-else'))
      const refused = await shop.run('rollback', PLAN, '--yes')
      expect(refused.code, refused.stdout + refused.stderr).not.toBe(0)
      const last = (await shop.history()).at(-1)?.revision
      expect(refused.stdout + refused.stderr).toContain(`revision ${last} is not this run's`)
      expect(await shop.greeting()).toBe('somebody-else')
      expect((await shop.history()).at(-1)?.revision).toBe(last)
    })
  })

  it('a plan of several charts as releases: there, back, and there again, and helm knows them', async () => {
    const { plan, path, run, edit } = await prepareApplication(all, built.entry, 'phase-iv.dev', 'as-releases')
    await edit([[['targets', 'kubernetes', 'requires'], { version: '>=1.28' }]])
    await edit([1, 2].map((step) => [['steps', step, 'deploy-to-kubernetes', 'helm', 'as'], 'release'] as const))
    const helm = async (...words: readonly string[]): Promise<string> => {
      const { exitCode, stdout, stderr } = await all.enter('helm', [...words, '--namespace', 'todo-dev'])
      expect(exitCode, stderr).toBe(0)
      return stdout
    }
    const known = async (): Promise<unknown> =>
      (JSON.parse(await helm('list', '--output', 'json')) as readonly { readonly name: string; readonly status: string }[])
        .map(({ name, status }) => `${name} ${status}`)
        .sort()
    expectCode(await run('validate', plan), 0)

    const there = await run('run', plan, '--yes')
    expectCode(there, 0)
    expect(there.stdout).toContain('Done: deployed reached')
    expect(await known()).toEqual(['todo-backend deployed', 'todo-frontend deployed'])
    expect(await onNode(all, 30_080)).toBe('todo-frontend')
    const status = await run('status', plan)
    expectCode(status, 0)
    expect(status.stdout).toContain('[deployed]')

    const back = await run('rollback', plan, '--yes')
    expectCode(back, 0)
    expect(back.stdout).toContain('Rolled back to absent, verified')
    expect(await known()).toEqual([])
    await expect.poll(() => objectsIn(all, 'todo-dev'), SOON).toEqual([])

    const again = await run('run', plan, '--yes')
    expectCode(again, 0)
    // Whoever works with helm goes on.
    await helm('upgrade', 'todo-frontend', path('fixtures/phase-iv/todo-frontend'), '--reuse-values', '--set', 'replicaCount=1', '--wait')
    expect(JSON.parse(await helm('history', 'todo-frontend', '--output', 'json'))).toMatchObject([
      { revision: 1, status: 'superseded', description: expect.stringMatching(/^jmc-migrate run=/) },
      { revision: 2, status: 'deployed', description: 'Upgrade complete' },
    ])
    const pods = ['get', 'deployment', 'todo-frontend', '-n', 'todo-dev', '-o', 'jsonpath={.spec.replicas} {.status.readyReplicas}']
    await expect.poll(() => kubectl(all, pods), SOON).toBe('1 1')
    for (const { stdout, stderr } of [there, status, back, again])
      for (const secret of Object.values(VARIABLES)) expect(stdout + stderr).not.toContain(secret)
  })
})
