import { nearest } from '../../domain/nearest.ts'
import type { FieldConflict } from '../../domain/ports/index.ts'
import type { Problem } from '../../domain/problem.ts'
import { nameOf } from './record.ts'
import { KINDS_OF_KUBERNETES } from './kind-order.ts'
import { locationOf } from './manifests.ts'
import type { Manifest } from './manifests.ts'
import type { Reference } from './record.ts'
import type { ResolvedObject } from './resolve.ts'

export const kindNotServed = ({ manifest, object }: ResolvedObject): Problem => ({
  code: 'kind-not-served',
  summary: `the cluster does not know the kind ${object.kind} (${object.apiVersion}): its CustomResourceDefinition is not installed`,
  attempted: `deploy ${object.kind} ${object.metadata.name}`,
  next: [...meant(object), 'install the definition', 'or leave such objects out: `whenMissing: skip`'],
  location: locationOf(manifest),
  effect: 'no',
})

/** A mistyped kind of Kubernetes itself, or the right kind under the wrong group or version. */
function meant({ kind, apiVersion }: ResolvedObject['object']): readonly string[] {
  const near = nearest(kind, Object.keys(KINDS_OF_KUBERNETES))
  const usual = near === undefined ? undefined : KINDS_OF_KUBERNETES[near]
  if (near === undefined || usual === undefined || (near === kind && usual === apiVersion)) return []
  return [`did you mean ${near} (${usual})?`]
}

export const namespaceMissing = (reference: Reference, manifest: Pick<Manifest, 'file' | 'line'>): Problem => ({
  code: 'namespace-missing',
  summary: `namespace ${reference.namespace} does not exist, and no step creates it`,
  attempted: `deploy ${nameOf(reference)}`,
  next: [`kubectl create namespace ${reference.namespace}`, 'or put a Namespace object among the manifests'],
  location: locationOf(manifest),
  effect: 'no',
})

export const fieldConflict = (reference: Reference, conflicts: readonly FieldConflict[], effect: 'no' | 'unknown'): Problem => ({
  code: 'field-conflict',
  summary: `${[...new Set(conflicts.map((each) => each.manager))].join(', ')} owns fields of ${nameOf(reference)} that the manifest would change`,
  details: conflicts.map((each) => `${each.field} belongs to ${each.manager}: ${each.message}`),
  next: ['leave these fields out of the manifest', 'or let the other tool give them up; nothing is ever taken by force'],
  effect,
})

export const paused = ({ manifest, object }: ResolvedObject): Problem => ({
  code: 'deployment-paused',
  summary: `Deployment ${object.metadata.name} is paused: it would never roll out`,
  next: ['remove `spec.paused`'],
  location: locationOf(manifest),
  effect: 'no',
})

export const terminating = (reference: Reference): Problem => ({
  code: 'object-terminating',
  summary: `${nameOf(reference)} is being deleted right now`,
  next: ['run again when it is gone'],
  effect: 'no',
})

export const appeared = (reference: Reference, effect: 'no' | 'unknown'): Problem => ({
  code: 'object-appeared',
  summary: `${nameOf(reference)} was not there when it was looked at, and now somebody else has made it`,
  details: ['our fields were given back: it is theirs'],
  next: ['find out who made it; then run again: the step is previewed afresh'],
  effect,
})

export const replaced = (reference: Reference, effect: 'no' | 'unknown'): Problem => ({
  code: 'object-replaced',
  summary: `${nameOf(reference)} is not the object that was looked at: it was deleted meanwhile, or made anew`,
  next: ['run again: the step is previewed afresh'],
  effect,
})

export const kindLate = (reference: Reference): Problem => ({
  code: 'kind-not-served',
  summary: `the cluster does not serve ${reference.kind} (${reference.apiVersion}) although its definition was applied`,
  next: [`kubectl get crd   # is it Established?`, 'then run again'],
  effect: 'unknown',
})

export const notGone = (reference: Reference, finalizers: readonly string[]): Problem => ({
  code: 'object-not-gone',
  summary: `${nameOf(reference)} was deleted, but is still there`,
  details: finalizers.length > 0 ? [`it waits for: ${finalizers.join(', ')}`] : ['it waits for objects that it owns'],
  next: [
    `kubectl describe ${reference.kind.toLowerCase()} ${reference.name}${reference.namespace === undefined ? '' : ` -n ${reference.namespace}`}`,
    'then roll back again',
  ],
  effect: 'unknown',
})
