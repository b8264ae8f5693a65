import type { LabFault } from '../lab/contract.ts'

/** What `--lab-fault` can break, for help and for a typing error. */
export const LAB_FAULTS: Readonly<Record<LabFault, string>> = {
  'pods-crash': 'new pods go to CrashLoopBackOff',
  'image-not-found': 'new pods go to ErrImagePull "not found"',
  'bad-body-after-cutover': 'the application answers 200 with a wrong body once visitors are on Kubernetes',
  'traefik-ignores-file': 'the edge goes on with its old configuration whatever the file says',
  'nomad-gone': 'Nomad does not answer and its allocations are dead, from the start',
  'nomad-gone-in-soak': 'the same, a moment after visitors moved to Kubernetes',
}
