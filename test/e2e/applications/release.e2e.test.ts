import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bundle, Ended } from '../command.ts'
import { bundle } from '../command.ts'
import { title, whyNoWorld } from '../world/tools/possible.ts'
import type { World } from '../world/world.ts'
import { startWorld } from '../world/world.ts'
import type { Shop } from './shop.ts'
import { FAILING_HOOK, PLAN, planOf, prepareShop, TOKEN } from './shop.ts'

const reason = await whyNoWorld()

describe.skipIf(reason !== undefined)(title('a chart as a release, on a real cluster', reason), () => {
  let built: Bundle
  let world: World
  let shop: Shop
  beforeAll(async () => {
    built = await bundle()
    world = await startWorld()
    shop = await prepareShop(world, built.entry)
  })
  afterAll(async () => {
    await world?.stop()
    await built?.remove()
  })
  const well = (ended: Ended): Ended => {
    expect(ended.code, ended.stdout + ended.stderr).toBe(0)
    expect(ended.stdout + ended.stderr).not.toContain(TOKEN)
    return ended
  }
  const revisions = async (): Promise<readonly string[]> => (await shop.history()).map((each) => `${each.revision} ${each.status}`)
  const install = (greeting: string): Promise<Ended> =>
    shop.helm('upgrade', '--install', 'shop', 'chart', '--set', `greeting=${greeting}`, '--set', 'token=theirs', '--create-namespace')

  it('a dry run says what helm would do, and changes nothing', async () => {
    const { stdout } = well(await shop.run('run', PLAN, '--dry-run'))
    expect(stdout).toContain('Release shop/shop')
    expect(stdout).toContain('Deployment shop/shop')
    expect(stdout).toContain('hook ConfigMap shop/shop-hook')
    expect(stdout).toContain('made by helm')
    expect(await revisions()).toEqual([])
  })

  it('installs what helm then knows, and a rollback uninstalls it', async () => {
    well(await shop.run('run', PLAN, '--yes'))
    expect((await shop.helm('list', '--output', 'json')).stdout).toContain('"shop-1.0.0"')
    expect(await shop.history()).toMatchObject([
      { status: 'deployed', description: expect.stringMatching(/^jmc-migrate run=\S+ step=deploy/) },
    ])
    expect(await shop.greeting()).toBe('from the plan')

    const { stdout } = well(await shop.run('rollback', PLAN, '--yes'))
    expect(stdout).toContain('Namespace shop stays')
    expect(await revisions()).toEqual([])
    expect((await world.enter('kubectl', ['get', 'deployments,configmaps,secrets', '-n', 'shop', '-o', 'name'])).stdout).toBe(
      'configmap/kube-root-ca.crt',
    )
  })

  it('upgrades a release that is there, and rolls back to its revision', async () => {
    well(await install('theirs'))
    well(await shop.run('run', PLAN, '--yes'))
    expect(await revisions()).toEqual(['1 superseded', '2 deployed'])
    expect(await shop.greeting()).toBe('from the plan')

    well(await shop.run('rollback', PLAN, '--yes'))
    expect(await shop.history()).toMatchObject([{}, {}, { revision: 3, status: 'deployed', description: 'Rollback to 1' }])
    expect(await shop.greeting()).toBe('theirs')
  })

  it('rolls back by itself where a hook has failed, and says what helm said', async () => {
    await shop.write('chart/templates/job.yaml', FAILING_HOOK)
    const ended = await shop.run('run', PLAN, '--yes')
    expect(ended.code, ended.stdout + ended.stderr).toBe(4)
    expect(ended.stdout + ended.stderr).toContain('pre-upgrade hooks failed')
    expect((await shop.history()).slice(3)).toMatchObject([{ status: 'failed' }, { status: 'deployed', description: 'Rollback to 3' }])
    expect(await shop.greeting()).toBe('theirs')
    await shop.write('chart/templates/job.yaml', '')
  })

  it('does not undo what somebody has upgraded meanwhile', async () => {
    await shop.write(PLAN, planOf(world.kubernetes.context, 'from the plan, again'))
    well(await shop.run('run', PLAN, '--yes'))
    well(await install('somebody-else'))
    const refused = await shop.run('rollback', PLAN, '--yes')
    expect(refused.code, refused.stdout + refused.stderr).not.toBe(0)
    expect(refused.stdout + refused.stderr).toContain("revision 7 is not this run's")
    expect(await shop.greeting()).toBe('somebody-else')
    expect(await revisions()).toHaveLength(7)
  })
})
