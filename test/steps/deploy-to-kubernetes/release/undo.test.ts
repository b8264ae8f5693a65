import { describe, expect, test } from 'vitest'
import { deployToKubernetes } from '../../../../src/steps/deploy-to-kubernetes.ts'
import { problemOf } from '../../problem-of.ts'
import { installed, NEW, OLD, previewed, RELEASE, releaseWorld, SPEC } from './release.ts'

const revisions = async ({ helm }: Pick<ReturnType<typeof releaseWorld>, 'helm'>) =>
  (await helm.history(RELEASE)).map((each) => `${each.revision} ${each.status}`)

test('the revision says which run and step made it', async () => {
  const { helm, apply, verify } = await previewed(await installed(releaseWorld()))
  await apply()
  expect((await helm.history(RELEASE)).at(-1)).toMatchObject({
    revision: 2,
    description: 'jmc-migrate run=run-12345678 step=the-step revision=2',
  })
  expect(await verify()).toMatchObject({ verdict: 'pass', reason: 'the 3 objects of release default/shop are ready' })
})

test('ready is what its objects are', async () => {
  const { world, apply, verify } = await previewed(releaseWorld())
  await apply()
  world.kubernetes.readinessOf.set('Deployment', { status: 'failed', reason: 'crash loop', evidence: ['pod web-1'] })
  expect(await verify()).toMatchObject({ verdict: 'fail', reason: expect.stringContaining('crash loop'), side: 'new' })
})

describe('somebody upgraded', () => {
  test('since: undo refuses, does nothing, and says so again', async () => {
    const made = await previewed(await installed(releaseWorld()))
    await made.apply()
    await made.helm.upgradeByHand(RELEASE, OLD)
    expect(await made.settle()).toMatchObject({ status: 'foreign', reason: expect.stringContaining('revision 3') })
    expect(await problemOf(made.undo())).toMatchObject({ code: 'release-changed-since', effect: 'no' })
    expect(await made.settleUndo()).toMatchObject({ status: 'foreign' })
    expect(await made.verifyUndo()).toMatchObject({ verdict: 'fail' })
    expect(await revisions(made)).toEqual(['1 superseded', '2 superseded', '3 deployed'])
  })

  test('before us: nothing is done', async () => {
    const made = await previewed(await installed(releaseWorld()))
    await made.helm.upgradeByHand(RELEASE, OLD)
    expect(await problemOf(made.apply())).toMatchObject({ code: 'release-changed-since', effect: 'no' })
    expect(await revisions(made)).toHaveLength(2)
  })

  test('in the moment between: our revision is not the one that was counted on, and nothing is taken for ours', async () => {
    const made = await previewed(await installed(releaseWorld()))
    made.helm.beforeEffect = async () => {
      made.helm.beforeEffect = () => {}
      await made.helm.upgradeByHand(RELEASE, OLD)
    }
    expect(await problemOf(made.apply())).toMatchObject({ code: 'release-changed-since', effect: 'unknown' })
    expect(await made.settle()).toMatchObject({ status: 'foreign' })
  })

  test('or uninstalled it', async () => {
    const made = await previewed(await installed(releaseWorld()))
    await made.apply()
    await made.helm.uninstall(RELEASE)
    expect(await problemOf(made.undo())).toMatchObject({ code: 'release-changed-since', summary: expect.stringContaining('uninstalled') })
  })
})

describe.each([
  ['a new release', async () => previewed(releaseWorld()), [] as readonly string[]],
  ['a release that was there', async () => previewed(await installed(releaseWorld())), OLD],
])('%s', (_name, start, before) => {
  test('that has failed is ours: it can be tried again, or undone', async () => {
    const made = await start()
    made.helm.fate = 'fails'
    await problemOf(made.apply())
    expect(await made.settle()).toMatchObject({ status: 'partial' })
    await made.apply()
    expect(await made.settle()).toEqual({ status: 'done' })
    await made.undo()
    expect(await made.verifyUndo()).toMatchObject({ verdict: 'pass' })
  })

  test('that a killed helm left pending is waited for, taken back, and made anew', async () => {
    const made = await start()
    made.helm.fate = 'dies'
    await problemOf(made.apply())
    expect(await made.settle()).toMatchObject({ status: 'partial', reason: expect.stringContaining('pending') })
    const began = made.world.clock.now()
    await made.apply()
    expect(made.world.clock.now() - began).toBeGreaterThanOrEqual(330_000)
    expect(await made.settle()).toEqual({ status: 'done' })
  })

  test('that a killed helm left pending is not waited for once the run is to stop; the next process waits on', async () => {
    const stop = new AbortController()
    const made = await previewed(await installed(releaseWorld(NEW, SPEC, { stop: stop.signal })))
    made.helm.fate = 'dies'
    await problemOf(made.apply())
    const began = made.world.clock.now()
    const reason = new Error('interrupted by SIGINT')
    stop.abort(reason)
    await expect(made.apply()).rejects.toBe(reason)
    await expect(made.undo()).rejects.toBe(reason)
    expect(made.world.clock.now() - began).toBeLessThan(5_000)
    expect(await made.settle()).toMatchObject({ status: 'partial' })
  })

  test('that a killed helm left pending can be undone', async () => {
    const made = await start()
    made.helm.fate = 'dies'
    await problemOf(made.apply())
    await made.undo()
    expect(await made.verifyUndo()).toMatchObject({ verdict: 'pass' })
    expect(made.helm.releases.get('default/shop')?.at(-1)?.manifest ?? []).toEqual(before)
  })
})

test('a rollback that has failed is tried again', async () => {
  const made = await previewed(await installed(releaseWorld()))
  await made.apply()
  made.helm.fate = 'fails'
  await problemOf(made.undo())
  expect(await made.settleUndo()).toMatchObject({ status: 'partial' })
  await made.undo()
  expect(await made.settleUndo()).toEqual({ status: 'done' })
  expect(await revisions(made)).toEqual(['1 superseded', '2 superseded', '3 failed', '4 deployed'])
})

test('a person is told the same by hand', async () => {
  const fresh = await previewed(releaseWorld())
  expect(fresh.manual().at(-1)).toBe('helm uninstall shop -n default')
  const there = await previewed(await installed(releaseWorld()))
  expect(there.manual().at(-1)).toBe('helm rollback shop 1 -n default')
})

test('both manifests are in the restore bundle', async () => {
  const { context, record } = await previewed(await installed(releaseWorld()))
  const files = (await deployToKubernetes.restoreFiles?.(context, record)) ?? []
  expect(files.map((each) => [each.path, new TextDecoder().decode(each.bytes)])).toEqual([
    ['helm/default-shop.yaml', NEW],
    ['helm-before/default-shop.yaml', OLD],
  ])
})
