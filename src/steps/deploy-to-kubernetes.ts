import { stringify } from 'yaml'
import { z } from 'zod'
import { DEFAULT_GATE_POLICY } from '../domain/gate-policy.ts'
import type { JsonObject } from '../domain/json.ts'
import type { ActingStepKind, RestoreFile } from '../domain/step-kind.ts'
import { applyDeploy, settleDeploy } from './deploy-to-kubernetes/apply.ts'
import { isObject, semanticFields } from './deploy-to-kubernetes/field-paths.ts'
import { readManifests } from './deploy-to-kubernetes/manifests.ts'
import { preflightDeploy } from './deploy-to-kubernetes/preflight.ts'
import { previewDeploy } from './deploy-to-kubernetes/preview.ts'
import type { DeployNote, DeployRecord, DeploySpec } from './deploy-to-kubernetes/record.ts'
import { undoDeploy } from './deploy-to-kubernetes/undo.ts'
import { verifyDeploy } from './deploy-to-kubernetes/verify.ts'
import { name, path } from './fields.ts'
import { findings } from './finding.ts'
import { hostsOf } from './rule-hosts.ts'
import { settling } from './settling.ts'

const spec: z.ZodType<DeploySpec> = z.strictObject({
  manifests: path('Folder (or file) with the objects as YAML or JSON, relative to the plan'),
  whenMissing: z
    .enum(['skip', 'fail'])
    .optional()
    .describe('What to do with objects of a kind that the cluster does not know: `fail` (the default), or `skip` them with a warning'),
  namespace: name("Namespace for objects that name none; the target's unless told").optional(),
})

export const deployToKubernetes: ActingStepKind<DeploySpec, DeployRecord, DeployNote> = {
  nature: 'acts',
  kind: 'deploy-to-kubernetes',
  summary: 'Applies Kubernetes objects from files and waits until all of them are ready',
  spec,
  example: { manifests: '../fixtures/jayne-martin-counselling/kubernetes' },
  targets: ['kubernetes'],
  traffic: () => ({ forward: [{ do: 'start', side: 'new' }], back: [{ do: 'stop', side: 'new' }] }),
  files: ({ manifests }) => [manifests],
  hosts: async ({ manifests }, files) =>
    (await readManifests(files, manifests)).flatMap(({ object, file, line }) =>
      hostsOfObject(object).map((host) => ({ host, where: `${object.kind} ${object.metadata.name} (${file}:${line})` })),
    ),
  preflight: (context) => findings('Kubernetes', () => preflightDeploy(context)),
  // A roll-out may take its time; what has failed for good is final at once.
  defaultGate: () => ({ ...DEFAULT_GATE_POLICY, interval: 1_000, timeout: 300_000, dense: { interval: 200, for: 3_000 } }),
  preview: previewDeploy,
  apply: applyDeploy,
  settle: (...asked) => settling(() => settleDeploy(...asked)),
  verify: verifyDeploy,
  undo: undoDeploy,
  standing: (context, record) => [
    {
      about: 'kubernetes-ready',
      side: 'new',
      what: `the ${record.objects.length} objects of step ${context.step} are ready`,
      observe: () => verifyDeploy(context, record),
    },
  ],
  restoreFiles: async (_context, record) =>
    record.objects.flatMap(({ reference, applied, before }) => [
      objectFile('kubernetes', reference, applied, 'the object as it was deployed: kubectl apply -f'),
      ...(before === null ? [] : [objectFile('kubernetes-before', reference, before, 'the object as it was before: kubectl replace -f')]),
    ]),
}

/** Hosts of an Ingress, and of Traefik's own IngressRoute. */
function hostsOfObject(object: { readonly kind: string; readonly [field: string]: unknown }): readonly string[] {
  const own = object['spec']
  if (!isObject(own)) return []
  const items = (value: unknown): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : [])
  if (object.kind === 'Ingress')
    return items(own['rules']).flatMap((rule) => (typeof rule['host'] === 'string' ? [rule['host'].toLowerCase()] : []))
  if (object.kind === 'IngressRoute')
    return items(own['routes']).flatMap((route) => (typeof route['match'] === 'string' ? hostsOf(route['match']) : []))
  return []
}

function objectFile(folder: string, reference: DeployRecord['objects'][number]['reference'], object: JsonObject, use: string): RestoreFile {
  const path = `${folder}/${[reference.namespace, reference.kind.toLowerCase(), reference.name].filter((each) => each !== undefined).join('-')}.yaml`
  return { path, bytes: new TextEncoder().encode(stringify(semanticFields(object))), use }
}
