import type { AnyGateKind, GateKinds } from '../domain/step-kind.ts'
import { canaryAnalysis } from './canary-analysis.ts'
import { http } from './http.ts'
import { kubernetesReady } from './kubernetes-ready.ts'
import { nomadJob } from './nomad-job.ts'
import { traefikRoute } from './traefik-route.ts'

const all: readonly AnyGateKind[] = [http, kubernetesReady, traefikRoute, nomadJob, canaryAnalysis]

/** Every gate kind by the name that plans use. */
export const gateKinds: GateKinds = new Map(all.map((each) => [each.kind, each]))
