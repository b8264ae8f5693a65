import type { RenderingPort } from '../../domain/ports/index.ts'
import type { Problem } from '../../domain/problem.ts'
import type { RenderedChart } from '../../domain/rendered-object.ts'

/** A chart that renders to the version that helm assumes. */
const PROBE = {
  chart: 'version',
  values: [],
  set: {},
  files: new Map([
    ['version/Chart.yaml', 'apiVersion: v2\nname: version\nversion: 1.0.0\n'],
    ['version/templates/version.yaml', 'kubernetes: {{ .Capabilities.KubeVersion.Version }}\n'],
  ]),
  release: 'version',
  namespace: 'default',
}

/** One warning where charts that look at the cluster's version were rendered without a cluster: which one helm took instead. */
export async function assumedVersion(charts: readonly RenderedChart[], rendering: RenderingPort): Promise<readonly Problem[]> {
  const looking = charts.filter(looksAtVersion).map(({ chart }) => chart)
  if (looking.length === 0) return []
  const { yaml } = await rendering.helmTemplate(PROBE)
  const version = /^kubernetes: (\S+)$/m.exec(yaml)?.[1] ?? 'of its own choice'
  return [
    {
      code: 'kubernetes-version-assumed',
      summary: `no cluster was asked for its version: helm rendered ${[...new Set(looking)].join(', ')} for Kubernetes ${version}`,
      next: ['a dry run renders for the version of the cluster: `run --dry-run`'],
      effect: 'no',
    },
  ]
}

/** Templates that ask for the cluster's capabilities, and charts that say which versions they are for. */
const looksAtVersion = ({ files }: RenderedChart): boolean =>
  [...files].some(([path, text]) => /\.Capabilities\b/.test(text) || (path.endsWith('Chart.yaml') && /^kubeVersion:/m.test(text)))
