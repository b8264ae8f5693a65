import { readFileSync } from 'node:fs'
import type { KubernetesObject } from '../../../../src/domain/ports/kubernetes.ts'
import type { Surroundings } from '../../../../src/adapters/kubernetes/readiness/rule.ts'

/** A workload on a real cluster (1.36, containerd) half a minute after it was applied, with all that lies around it. */
export interface RecordedCase {
  readonly deployment: KubernetesObject
  readonly replicaSets: readonly KubernetesObject[]
  readonly pods: readonly KubernetesObject[]
  readonly events: readonly KubernetesObject[]
}

export interface RecordedCases {
  readonly cases: Readonly<Record<string, RecordedCase>>
  readonly jobs: readonly KubernetesObject[]
  readonly claim: KubernetesObject
  readonly budget: KubernetesObject
  readonly definition: KubernetesObject
}

export const recorded: RecordedCases = JSON.parse(readFileSync(new URL('../recordings/failing-pods.json', import.meta.url), 'utf8'))

export function recordedCase(name: string): RecordedCase {
  const found = recorded.cases[name]
  if (found === undefined) throw new Error(`no recording ${name}`)
  return found
}

export const NOWHERE: Surroundings = {
  pods: [],
  replicaSets: [],
  endpointSlices: [],
  events: [],
  bindingMode: undefined,
  now: Date.UTC(2027, 0, 1),
}
