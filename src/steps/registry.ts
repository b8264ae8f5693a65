import type { AnyStepKind, StepKinds } from '../domain/step-kind.ts'
import { compareSides } from './compare-sides.ts'
import { deployToKubernetes } from './deploy-to-kubernetes.ts'
import { openTraefikRoute } from './open-traefik-route.ts'
import { purgeNomadJob } from './purge-nomad-job.ts'
import { shiftTraefikRoute } from './shift-traefik-route.ts'
import { soak } from './soak.ts'
import { stopNomadJob } from './stop-nomad-job.ts'
import { switchTraefikRoute } from './switch-traefik-route.ts'
import { uninstallNomad } from './uninstall-nomad.ts'
import { verifyIngress } from './verify-ingress.ts'

const all: readonly AnyStepKind[] = [
  deployToKubernetes,
  verifyIngress,
  switchTraefikRoute,
  openTraefikRoute,
  compareSides,
  shiftTraefikRoute,
  soak,
  stopNomadJob,
  purgeNomadJob,
  uninstallNomad,
]

/** Every step kind by the name that plans use. */
export const stepKinds: StepKinds = new Map(all.map((each) => [each.kind, each]))
