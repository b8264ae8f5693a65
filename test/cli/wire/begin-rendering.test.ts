import { expect, test } from 'vitest'
import { beginRendering } from '../../../src/cli/wire/begin-rendering.ts'
import { REGISTRIES } from '../../../src/cli/wire/plan-source.ts'
import type { Plan } from '../../../src/domain/plan.ts'
import { ProblemError } from '../../../src/domain/problem.ts'
import { fakeFiles } from '../../fakes/ports/files.ts'
import { FakeRendering, helmOutput } from '../../fakes/ports/rendering.ts'
import { FakeWorld } from '../../fakes/ports/world.ts'
import { PLAN } from '../../steps/context.ts'

const step = (id: string, spec: unknown): Plan['steps'][number] => ({
  id,
  kind: 'deploy-to-kubernetes',
  spec,
  gates: [],
  onFailure: 'rollback',
  location: { file: 'plan.yaml', line: 1, column: 1 },
})
const chart = (release: string) => ({ helm: { chart: 'shop', release, set: { token: 'the template' } } })
const FILES = { 'shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n' }
const CONFIG = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\n'
const plan: Plan = { ...PLAN, steps: [step('one', chart('one')), step('two', chart('two')), step('plain', { manifests: 'plain' })] }

/** What was asked of helm and of the cluster when all has been answered. */
async function begun(toDo: readonly string[], change: (world: FakeWorld, rendering: FakeRendering) => void = () => {}) {
  const world = new FakeWorld()
  const rendering = new FakeRendering()
  rendering.output.set('shop', helmOutput('shop', ['templates/settings.yaml', CONFIG]))
  let described = 0
  const describe = world.kubernetes.describe.bind(world.kubernetes)
  world.kubernetes.describe = () => {
    described++
    return describe()
  }
  change(world, rendering)
  const dependencies = { ...REGISTRIES, ports: { ...world.ports, rendering }, resolve: async (text: string) => `value of ${text}` }
  await beginRendering({ plan, files: fakeFiles(FILES), dependencies }, { toDo: new Set(toDo) })
  return { described, charts: rendering.charts }
}

test('charts of the steps to do are rendered for the version of the cluster, as they will be asked for', async () => {
  const { described, charts } = await begun(['two', 'plain'])
  expect(described).toBe(1)
  expect(charts.map(({ release, kubernetesVersion }) => [release, kubernetesVersion])).toEqual([
    ['two', undefined], // linted
    ['two', 'v1.36.0'],
  ])
  expect(charts[0]?.set).toEqual({ token: 'value of the template' })
})

test('where no step to do has a chart, nobody is asked anything', async () => {
  expect(await begun(['plain'])).toEqual({ described: 0, charts: [] })
  expect(await begun([])).toEqual({ described: 0, charts: [] })
})

test('a cluster that does not answer and a chart that does not render are told by who needs them', async () => {
  const problem = { code: 'unreachable', summary: 'no answer', next: [] }
  const silent = await begun(['one'], ({ kubernetes }) => {
    kubernetes.describe = () => Promise.reject(new ProblemError(problem))
  })
  expect(silent.charts.map(({ kubernetesVersion }) => kubernetesVersion)).toEqual([undefined])
  await begun(['one'], (_world, rendering) => {
    rendering.refusal = problem
  })
})
