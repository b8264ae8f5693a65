import { describe, expect, test } from 'vitest'
import { deployToKubernetes } from '../../../../src/steps/deploy-to-kubernetes.ts'
import { helmOutput } from '../../../fakes/ports/rendering.ts'
import { problemOf, problemsOf } from '../../problem-of.ts'
import { CONFIG } from '../charts.ts'
import { installed, KEPT_CLAIM, NEW, OLD, previewed, RELEASE, releaseWorld, SPEC } from './release.ts'

const preview = ({ context }: ReturnType<typeof releaseWorld>) => deployToKubernetes.preview(context, [])
const CLAIM = KEPT_CLAIM.replace('keep', 'none')
const withObject = (text: string): string => NEW + helmOutput('web-shop', ['templates/more.yaml', text])

test('a new release and all its objects are made', async () => {
  const { changes } = await preview(releaseWorld())
  expect(changes.map((each) => `${each.action} ${each.object}`)).toEqual([
    'create Release default/shop',
    'create ConfigMap default/settings',
    'create Secret default/tokens',
    'create Deployment default/web',
  ])
  expect(changes[0]).toMatchObject({ after: { chart: 'web-shop-1.0.0' }, remarks: ['a rollback uninstalls it'] })
})

test('of a release that is there, what differs from its manifest', async () => {
  const { changes } = await preview(await installed(releaseWorld()))
  expect(changes.map((each) => `${each.action} ${each.object}`)).toEqual([
    'update Release default/shop',
    'update ConfigMap default/settings',
    'create Secret default/tokens',
    'create Deployment default/web',
    'delete Service default/web',
  ])
  expect(changes[1]).toMatchObject({ before: { data: { greeting: 'old' } }, after: { data: { greeting: 'hello' } } })
})

test('hooks are told, and are no objects of the release', async () => {
  const made = releaseWorld()
  const hook = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: migrate, annotations: { helm.sh/hook: pre-install } }\n'
  made.helm.next = { ...made.helm.next, hooks: helmOutput('web-shop', ['templates/hook.yaml', hook]) }
  const { changes } = await preview(made)
  expect(changes[0]?.remarks).toContain('helm runs the hook ConfigMap default/migrate (pre-install)')
  expect(changes).toHaveLength(4)
})

test('a release that is already what the chart says is left alone, also by undo', async () => {
  const { preview: seen, helm, apply, settle, undo, verifyUndo, manual } = await previewed(await installed(releaseWorld(), NEW))
  expect(seen.changes).toEqual([])
  await apply()
  expect(await settle()).toEqual({ status: 'done' })
  await undo()
  expect(await verifyUndo()).toMatchObject({ verdict: 'pass' })
  expect(await helm.history(RELEASE)).toHaveLength(1)
  expect(manual()).toEqual([])
})

test('the same manifest of another version of the chart is an upgrade', async () => {
  const made = await installed(releaseWorld(), NEW)
  made.helm.next = { ...made.helm.next, chart: 'web-shop-1.0.1' }
  expect((await preview(made)).changes).toMatchObject([{ before: { chart: 'web-shop-1.0.0' }, after: { chart: 'web-shop-1.0.1' } }])
})

test('the preview rests on the revision', async () => {
  const before = (await preview(await installed(releaseWorld()))).basis
  const made = await installed(releaseWorld())
  await made.helm.upgradeByHand(RELEASE, OLD)
  expect((await preview(made)).basis).not.toEqual(before)
})

describe('its namespace', () => {
  const elsewhere = { ...SPEC, namespace: 'market' }

  test('is made by helm where nobody makes it, and stays', async () => {
    const { preview: seen, apply, undo, verifyUndo, world } = await previewed(releaseWorld(NEW, elsewhere))
    expect(seen.changes[0]).toMatchObject({ action: 'create', object: 'Namespace market' })
    await apply()
    await undo()
    expect(world.kubernetes.namespaces.has('market')).toBe(true)
    expect(await verifyUndo()).toMatchObject({ left: ['Namespace market stays: it may hold what others put there'] })
  })

  test('that a step before makes is not made again', async () => {
    const { context } = releaseWorld(NEW, elsewhere)
    const { changes } = await deployToKubernetes.preview(context, [{ system: 'kubernetes', object: 'Namespace market', action: 'create' }])
    expect(changes.map((each) => each.object)).not.toContain('Namespace market')
  })

  test('cannot be made by the chart itself', async () => {
    const own = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: market, annotations: { helm.sh/resource-policy: keep } }\n'
    expect(await problemOf(preview(releaseWorld(withObject(own), elsewhere)))).toMatchObject({ code: 'release-namespace-in-chart' })
  })
})

describe('what undo would delete is refused', () => {
  test('a claim without the annotation, with what to add and where', async () => {
    expect(await problemOf(preview(releaseWorld(withObject(CLAIM))))).toMatchObject({
      code: 'release-would-delete',
      summary: expect.stringContaining('PersistentVolumeClaim default/data'),
      next: [expect.stringContaining('helm.sh/resource-policy: keep'), expect.anything()],
      location: { file: 'shop/templates/more.yaml' },
    })
    await expect(preview(releaseWorld(withObject(KEPT_CLAIM)))).resolves.toBeDefined()
  })

  test('a claim of the release that is no longer in the chart', async () => {
    const problems = await problemsOf(preview(await installed(releaseWorld(), withObject(CLAIM))))
    expect(problems).toMatchObject([{ code: 'release-would-delete', summary: expect.stringContaining('no longer in the chart') }])
    const { warnings } = await preview(await installed(releaseWorld(), withObject(KEPT_CLAIM)))
    expect(warnings).toEqual(['PersistentVolumeClaim default/data leaves the release and stays in the cluster'])
  })

  test('an object that others made', async () => {
    const made = releaseWorld()
    made.world.kubernetes.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'tokens', namespace: 'default' } })
    expect(await problemOf(preview(made))).toMatchObject({ code: 'object-not-in-release', summary: expect.stringContaining('tokens') })
  })

  test('not a claim that an earlier install has left', async () => {
    const { apply, undo, verifyUndo, ...made } = await previewed(releaseWorld(withObject(KEPT_CLAIM)))
    await apply()
    await undo()
    expect(await verifyUndo()).toMatchObject({ left: ['PersistentVolumeClaim default/data stays: the chart tells helm to keep it'] })
    await expect(preview(made)).resolves.toBeDefined()
  })
})

test.each([
  ['pending-upgrade', 'release-pending'],
  ['uninstalling', 'release-pending'],
  ['failed', 'release-failed-before'],
  ['uninstalled', 'release-uninstalled'],
])('a release that is %s is refused: %s', async (status, code) => {
  const made = await installed(releaseWorld())
  made.helm.releases.set(
    'default/shop',
    (made.helm.releases.get('default/shop') ?? []).map((each) => ({ ...each, status })),
  )
  expect(await problemOf(preview(made))).toMatchObject({ code, effect: 'no' })
})

test('what is no object is told with its template', async () => {
  expect(await problemOf(preview(releaseWorld(withObject('hello: world\n'))))).toMatchObject({ code: 'manifest-not-an-object' })
  expect(await problemOf(preview(releaseWorld(withObject(CONFIG))))).toMatchObject({ code: 'duplicate-object' })
})

test('without a helm that can talk to the cluster there is no release, and preflight says so', async () => {
  const { context } = releaseWorld()
  const { helm: _helm, ...ports } = context.ports
  expect(await problemOf(deployToKubernetes.preview({ ...context, ports }, []))).toMatchObject({ code: 'release-not-in-lab' })
  expect(await deployToKubernetes.preflight({ ...context, ports })).toMatchObject([{ problem: { code: 'release-not-in-lab' } }])
})

test('preflight asks for the right to keep a release', async () => {
  const { context, world } = releaseWorld()
  world.kubernetes.denied.add('update secrets')
  const found = await deployToKubernetes.preflight(context)
  expect(found.filter((each) => each.verdict === 'fail')).toMatchObject([{ what: 'may update secrets in namespace default' }])
})
