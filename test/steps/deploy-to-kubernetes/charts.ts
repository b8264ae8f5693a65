import type { StepContext } from '../../../src/domain/step-kind.ts'
import type { DeploySpec } from '../../../src/steps/deploy-to-kubernetes/spec.ts'
import { fakeFiles } from '../../fakes/ports/files.ts'
import { FakeRendering, helmOutput } from '../../fakes/ports/rendering.ts'
import { FakeWorld } from '../../fakes/ports/world.ts'
import { contextOf } from '../context.ts'

export const CONFIG = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { greeting: hello }\n'
export const SECRET = 'apiVersion: v1\nkind: Secret\nmetadata: { name: tokens }\nstringData: { token: abc }\n'
export const DEPLOYMENT = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replicas: 2, template: {} }\n'
export const SERVICE = 'apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { ports: [{ port: 80 }] }\n'
export const INGRESS = 'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: web }\n'

export const SHOP: readonly (readonly [template: string, text: string])[] = [
  ['templates/tokens.yaml', SECRET],
  ['templates/settings.yaml', CONFIG],
  ['templates/web.yaml', SERVICE],
  ['templates/web.yaml', DEPLOYMENT],
  ['templates/web.yaml', INGRESS],
]

export const CHART_FILES: Readonly<Record<string, string>> = {
  'shop/Chart.yaml': 'apiVersion: v2\nname: web-shop\nversion: 1.0.0\n',
  'shop/values.yaml': 'greeting: hello\n',
  'shop/values/prod.yaml': 'greeting: good day\n',
  'shop/templates/web.yaml': '…',
  'values/here.yaml': 'greeting: hi\n',
}
export const CHART: DeploySpec = { helm: { chart: 'shop', release: 'shop' } }

/** A world, a renderer that gives these documents for the chart, and the step's context over both. */
export function chartWorld(
  documents: readonly (readonly [template: string, text: string])[] = SHOP,
  spec: DeploySpec = CHART,
  overrides: Partial<StepContext<DeploySpec>> = {},
) {
  const world = new FakeWorld()
  const rendering = new FakeRendering()
  rendering.output.set('shop', helmOutput('web-shop', ...documents))
  const context = contextOf({ ...world.ports, rendering }, spec, { files: fakeFiles(CHART_FILES), ...overrides })
  return { world, rendering, context }
}
