import { stringify } from 'yaml'
import { DEFAULT_GATE_POLICY } from '../domain/gate-policy.ts'
import type { JsonObject } from '../domain/json.ts'
import type { PlanFiles } from '../domain/ports/index.ts'
import type { ActingStepKind, RestoreFile, Undo } from '../domain/step-kind.ts'
import { applyDeploy, settleDeploy } from './deploy-to-kubernetes/apply.ts'
import { isObject, semanticFields } from './deploy-to-kubernetes/field-paths.ts'
import { refusePackedCharts } from './deploy-to-kubernetes/chart.ts'
import { describeCharts, describeObjects } from './deploy-to-kubernetes/described.ts'
import { placeOf, readManifests } from './deploy-to-kubernetes/manifests.ts'
import { preflightDeploy } from './deploy-to-kubernetes/preflight.ts'
import { previewDeploy } from './deploy-to-kubernetes/preview.ts'
import { forgetDryRuns } from './deploy-to-kubernetes/dry-runs.ts'
import type { DeployNote, DeployRecord } from './deploy-to-kubernetes/record.ts'
import { applyRelease, settleRelease } from './deploy-to-kubernetes/release/apply.ts'
import { preflightRelease } from './deploy-to-kubernetes/release/preflight.ts'
import { previewRelease } from './deploy-to-kubernetes/release/preview.ts'
import { isRelease } from './deploy-to-kubernetes/release/record.ts'
import { releaseFiles } from './deploy-to-kubernetes/release/restore-files.ts'
import { settleUndoRelease, undoByHand, undoRelease, verifyUndoRelease } from './deploy-to-kubernetes/release/undo.ts'
import type { DeploySpec } from './deploy-to-kubernetes/spec.ts'
import { checkSpec, deploySpec, filesOf, literalsOf, templatesOf } from './deploy-to-kubernetes/spec.ts'
import { undoDeploy } from './deploy-to-kubernetes/undo.ts'
import type { Deployed } from './deploy-to-kubernetes/verify.ts'
import { readyInWords, verifyDeploy, verifyWhileWaiting } from './deploy-to-kubernetes/verify.ts'
import { findings } from './finding.ts'
import { hostsOf } from './rule-hosts.ts'
import { settling } from './settling.ts'

const undo: Undo<DeploySpec, Deployed, DeployNote> = {
  apply: (context, record, notes, note) => {
    forgetDryRuns(context)
    return isRelease(record) ? undoRelease(context, record, notes, note) : undoDeploy.apply(context, record, notes, note)
  },
  settle: (context, record, notes) =>
    isRelease(record) ? settling(() => settleUndoRelease(context, record, notes)) : undoDeploy.settle(context, record, notes),
  verify: (context, record, notes) =>
    isRelease(record) ? verifyUndoRelease(context, record, notes) : undoDeploy.verify(context, record, notes),
  manual: (context, record, notes) => (isRelease(record) ? undoByHand(context, record) : undoDeploy.manual(context, record, notes)),
}

export const deployToKubernetes: ActingStepKind<DeploySpec, Deployed, DeployNote> = {
  nature: 'acts',
  kind: 'deploy-to-kubernetes',
  summary: 'Applies Kubernetes objects from files, a chart or a kustomization, and waits until all of them are ready',
  spec: deploySpec,
  example: { manifests: '../fixtures/jayne-martin-counselling/kubernetes' },
  targets: ['kubernetes'],
  traffic: () => ({ forward: [{ do: 'start', side: 'new' }], back: [{ do: 'stop', side: 'new' }] }),
  files: filesOf,
  templates: templatesOf,
  literals: literalsOf,
  check: checkSpec,
  hosts: hostsOfStep,
  objects: describeObjects,
  charts: describeCharts,
  preflight: (context) =>
    findings('Kubernetes', () => (context.spec.helm?.as === 'release' ? preflightRelease(context) : preflightDeploy(context))),
  // A roll-out may take its time; what has failed for good is final at once.
  defaultGate: () => ({ ...DEFAULT_GATE_POLICY, interval: 1_000, timeout: 300_000, dense: { interval: 100, for: 3_000 } }),
  preview: (context, predicted) =>
    context.spec.helm?.as === 'release' ? previewRelease(context, context.spec.helm, predicted) : previewDeploy(context, predicted),
  apply: (context, record, note, notes) => {
    forgetDryRuns(context)
    return isRelease(record) ? applyRelease(context, record, note, notes) : applyDeploy(context, record, note, notes)
  },
  settle: (context, record, notes) =>
    settling(() => (isRelease(record) ? settleRelease(context, record, notes) : settleDeploy(context, record, notes))),
  verify: verifyWhileWaiting,
  undo,
  standing: (context, record) => [
    {
      about: 'kubernetes-ready',
      side: 'new',
      what: readyInWords(context, record),
      observe: () => verifyDeploy(context, record),
    },
  ],
  restoreFiles: async (_context, record) => (isRelease(record) ? releaseFiles(record) : objectFiles(record)),
}

/** Of manifests; those of a chart are known once it was rendered, and policies look at them then. */
async function hostsOfStep({ manifests, helm }: DeploySpec, files: PlanFiles): Promise<readonly { host: string; where: string }[]> {
  if (helm) await refusePackedCharts(files, helm.chart)
  if (manifests === undefined) return []
  return (await readManifests(files, manifests)).flatMap((manifest) =>
    hostsOfObject(manifest.object).map((host) => ({
      host,
      where: `${manifest.object.kind} ${manifest.object.metadata.name} (${placeOf(manifest)})`,
    })),
  )
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

const objectFiles = ({ objects }: DeployRecord): readonly RestoreFile[] =>
  objects.flatMap(({ reference, applied, before }) => [
    objectFile('kubernetes', reference, applied, 'the object as it was deployed: kubectl apply -f'),
    ...(before === null ? [] : [objectFile('kubernetes-before', reference, before, 'the object as it was before: kubectl replace -f')]),
  ])

function objectFile(folder: string, reference: DeployRecord['objects'][number]['reference'], object: JsonObject, use: string): RestoreFile {
  const path = `${folder}/${[reference.namespace, reference.kind.toLowerCase(), reference.name].filter((each) => each !== undefined).join('-')}.yaml`
  return { path, bytes: new TextEncoder().encode(stringify(semanticFields(object))), use }
}
