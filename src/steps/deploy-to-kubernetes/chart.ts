import type { PlanFiles } from '../../domain/ports/index.ts'
import type { HelmChart } from '../../domain/ports/rendering.ts'
import { ProblemError } from '../../domain/problem.ts'
import { isIn, textsOf } from './plan-texts.ts'
import type { HelmSpec } from './spec.ts'
import { whereSet } from './spec.ts'

type Resolve = (template: string, where: string) => Promise<string>

/** All that helm needs to render the chart. Rejects with every value that could not be resolved. */
export async function chartOf(
  spec: HelmSpec,
  { files, resolve, namespace }: { readonly files: PlanFiles; readonly resolve: Resolve; readonly namespace: string },
): Promise<HelmChart> {
  await refusePackedCharts(files, spec.chart)
  const values = spec.values ?? []
  const [texts, set] = await Promise.all([textsOf(files, [spec.chart, ...values]), resolvedValues(spec.set ?? {}, resolve)])
  return { chart: spec.chart, values, set, files: texts, release: spec.release, namespace }
}

/** A chart that it depends on and that is packed is no text: it cannot be kept with the plan, nor looked into by anybody. */
export async function refusePackedCharts(files: PlanFiles, chart: string): Promise<void> {
  const packed = (await files.list(chart)).filter((path) => isIn(chart, path) && /\.(tgz|tar\.gz)$/.test(path))
  const [first] = packed
  if (first === undefined) return
  const folder = first.slice(0, first.lastIndexOf('/'))
  throw new ProblemError({
    code: 'chart-packed',
    summary: `the chart ${chart} holds a packed one: ${packed.join(', ')}`,
    attempted: `read the chart ${chart}`,
    details: ['a run keeps the files of its plan as texts, so that a rollback does not depend on the disk'],
    next: [`unpack it: (cd ${folder} && for each in *.tgz; do tar -xzf "$each" && rm "$each"; done)`],
    effect: 'no',
  })
}

async function resolvedValues(set: NonNullable<HelmSpec['set']>, resolve: Resolve): Promise<HelmChart['set']> {
  const values = await Promise.allSettled(
    Object.entries(set).map(
      async ([key, value]) => [key, typeof value === 'string' ? await resolve(value, whereSet(key)) : value] as const,
    ),
  )
  const thrown = values.flatMap((each): readonly unknown[] => (each.status === 'rejected' ? [each.reason] : []))
  const bug = thrown.find((each) => !(each instanceof ProblemError))
  if (bug !== undefined) throw bug
  const [problem, ...more] = thrown.flatMap((each) => (each instanceof ProblemError ? each.problems : []))
  if (problem !== undefined) throw new ProblemError(problem, ...more)
  return Object.fromEntries(values.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])))
}
