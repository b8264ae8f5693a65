import { posix } from 'node:path'
import type { PlanFiles } from '../../domain/ports/index.ts'
import type { RenderedText, RenderingPort } from '../../domain/ports/rendering.ts'
import type { Problem } from '../../domain/problem.ts'
import { ProblemError } from '../../domain/problem.ts'
import { chartOf } from './chart.ts'
import type { Manifest } from './manifests.ts'
import { duplicates, parseManifests, readManifests } from './manifests.ts'
import { textsOf } from './plan-texts.ts'
import type { DeploySpec, HelmSpec, KustomizeSpec } from './spec.ts'
import { kustomizationRoot } from './spec.ts'

/** What it takes to know the objects of a step, before any cluster is asked about them. */
export interface Rendering {
  readonly spec: DeploySpec
  readonly namespace: string
  readonly files: PlanFiles
  readonly rendering: RenderingPort | undefined
  readonly resolve: (template: string, where: string) => Promise<string>
  /** As the cluster says it, for charts that look at it. */
  readonly kubernetesVersion?: () => Promise<string | undefined>
}

export interface Rendered {
  readonly manifests: readonly Manifest[]
  /** Of the tool that rendered them. */
  readonly warnings: readonly string[]
}

/** The objects of the step, wherever they come from. Rejects with every problem at once. */
export async function renderManifests(asked: Rendering): Promise<Rendered> {
  const { helm, kustomize, manifests } = asked.spec
  if (helm) return renderChart(helm, asked)
  if (kustomize) return renderKustomization(kustomize, asked)
  return { manifests: await readManifests(asked.files, manifests ?? ''), warnings: [] }
}

async function renderChart(spec: HelmSpec, asked: Rendering): Promise<Rendered> {
  const [chart, version] = await Promise.all([
    chartOf(spec, { ...asked, namespace: asked.spec.namespace ?? asked.namespace }),
    asked.kubernetesVersion?.(),
  ])
  const kubernetesVersion = version === undefined ? undefined : VERSION.exec(version)?.[0]
  const rendered = await renderingOf(asked).helmTemplate({ ...chart, ...(kubernetesVersion !== undefined && { kubernetesVersion }) })
  // Of a release helm itself runs the hooks.
  const hooks = (manifests: readonly Manifest[]): readonly Problem[] =>
    spec.as === 'release' ? [] : manifests.flatMap((each) => hookProblem(spec.chart, each))
  return onceRead(rendered, spec, () => checked(spec.chart, rendered, chartDocuments(spec.chart, rendered.yaml), hooks))
}

const readBefore = new WeakMap<RenderedText, { readonly spec: object; readonly rendered: Rendered }>()

/** Rules, checks and previews ask for the same rendering, one after the other: it is read once. */
function onceRead(text: RenderedText, spec: object, read: () => Rendered): Rendered {
  const before = readBefore.get(text)
  if (before?.spec === spec) return before.rendered
  const rendered = read()
  readBefore.set(text, { spec, rendered })
  return rendered
}

/** As helm reads it. */
const VERSION = /^v?\d+\.\d+\.\d+.*/

async function renderKustomization(spec: KustomizeSpec, asked: Rendering): Promise<Rendered> {
  const texts = await textsOf(asked.files, [kustomizationRoot(spec)])
  const rendered = await renderingOf(asked).kustomize(spec.folder, texts)
  const file = kustomizationFile(spec.folder, texts)
  return onceRead(rendered, spec, () => checked(spec.folder, rendered, [{ file, text: rendered.yaml }]))
}

/** The names that kustomize looks for. */
const KUSTOMIZATION = ['kustomization.yaml', 'kustomization.yml', 'Kustomization']

/** Which of its files an object comes from kustomize does not say: the kustomization itself is named. */
function kustomizationFile(folder: string, texts: ReadonlyMap<string, string>): string {
  const names = KUSTOMIZATION.map((name) => posix.join(folder, name))
  return names.find((name) => texts.has(name)) ?? folder
}

interface RenderedDocument {
  readonly file: string
  readonly text: string
}

function checked(
  source: string,
  { warnings }: RenderedText,
  documents: readonly RenderedDocument[],
  more: (manifests: readonly Manifest[]) => readonly Problem[] = () => [],
): Rendered {
  const parsed = documents.map(({ file, text }) => parseManifests(file, text, 'rendered'))
  const manifests = parsed.flatMap((each) => each.manifests)
  const problems = [...parsed.flatMap((each) => each.problems), ...duplicates(manifests), ...more(manifests)]
  if (problems.length === 0 && manifests.length === 0) problems.push(nothingRendered(source))
  const [first, ...rest] = problems
  if (first !== undefined) throw new ProblemError(first, ...rest)
  return { manifests, warnings: warnings.map((each) => `${source}: ${each}`) }
}

/** Helm begins each document with the template it comes from, below the chart's own name: `# Source: shop/templates/config.yaml`. */
export function chartDocuments(chart: string, yaml: string): readonly RenderedDocument[] {
  return yaml
    .split(/^---\n(?=# Source: )/m)
    .filter((text) => text.trim() !== '')
    .map((text) => {
      const template = /^# Source: [^/\n]+\/(.+)$/m.exec(text)?.[1]
      return { file: template === undefined ? chart : `${chart.replace(/\/+$/, '')}/${template}`, text }
    })
}

/** Hooks are jobs at moments of a release's life; applied like other objects they would run at once, with nobody to wait for them. */
function hookProblem(chart: string, { object, file }: Manifest): readonly Problem[] {
  const hook = object.metadata.annotations?.['helm.sh/hook']
  if (hook === undefined) return []
  return [
    {
      code: 'chart-has-hooks',
      summary: `${object.kind} ${object.metadata.name} of the chart ${chart} is a hook (${hook}), and without a release nobody runs it at its moment`,
      attempted: `render the chart ${chart}`,
      next: [
        'turn it off by a value of the chart, where it has one',
        'or deploy it with `as: release`: helm runs its hooks',
        'or take the annotation `helm.sh/hook` out of the template and give the object its place with `order`',
      ],
      location: { file },
      effect: 'no',
    },
  ]
}

const nothingRendered = (source: string): Problem => ({
  code: 'no-manifests',
  summary: `${source} renders to no object`,
  next: ['look whether a value turns all of it off'],
  effect: 'no',
})

/** Wired wherever plans run; that it is missing is a mistake of ours. */
function renderingOf({ rendering }: Rendering): RenderingPort {
  if (rendering === undefined) throw new Error('nobody was named who renders charts')
  return rendering
}
