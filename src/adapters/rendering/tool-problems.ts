import type { HelmChart } from '../../domain/ports/rendering.ts'
import type { Problem } from '../../domain/problem.ts'

const INSTALL = 'install helm 3.14 or later and put it on your PATH: https://helm.sh/docs/intro/install/'

export const helmMissing = (program: string, reason: string): Problem => ({
  code: 'helm-missing',
  summary: `${program} cannot be run, and the plan deploys a chart`,
  attempted: `run ${program}`,
  next: [INSTALL],
  cause: reason,
  effect: 'no',
})

export const helmTooOld = (version: string): Problem => ({
  code: 'helm-too-old',
  summary: version === '' ? 'helm does not say its version' : `this helm is ${version}, and charts need 3.14 or later`,
  attempted: 'ask helm for its version',
  next: [INSTALL],
  effect: 'no',
})

export const kubectlMissing = (program: string, reason: string): Problem => ({
  code: 'kubectl-missing',
  summary: `${program} cannot be run, and the plan deploys a kustomization`,
  attempted: `run ${program}`,
  next: ['install kubectl and put it on your PATH: https://kubernetes.io/docs/tasks/tools/'],
  cause: reason,
  effect: 'no',
})

export function tooBig({ chart, files }: HelmChart, bytes: number, limit: number): Problem {
  const largest = [...files]
    .filter(([path]) => path.startsWith(`${chart}/`))
    .map(([path, text]) => ({ path, bytes: Buffer.byteLength(text) }))
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, 3)
  return {
    code: 'chart-too-big',
    summary: `the chart ${chart} has ${megabytes(bytes)}, more than the ${megabytes(limit)} that a chart may have`,
    attempted: `render the chart ${chart}`,
    details: largest.map((each) => `${each.path}: ${megabytes(each.bytes)}`),
    next: ["take out of the chart's folder what no template uses"],
    effect: 'no',
  }
}

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`
