import type { PolicyRule, PolicySubjects } from '../domain/policy.ts'
import type { RenderedObject } from '../domain/rendered-object.ts'
import type { SourceLocation } from '../domain/problem.ts'
import { toCel } from './cel-value.ts'

/** One thing that a rule looks at, as its expressions see it. */
export interface Subject {
  /** `Deployment/todo-app-backend`, a chart's folder, an image, or `Plan/NAME` for all objects at once. */
  readonly name: string
  readonly source?: SourceLocation
  /** Of an object of the plan, for rules whose members name one. */
  readonly sourceOf: (object: string) => SourceLocation | undefined
  readonly context: Readonly<Record<string, unknown>>
  readonly kind?: string
  /** `apps`, '' for the core group. */
  readonly group?: string
}

/** Everything that rules may be asked about, converted for CEL once. */
export type SubjectsOf = (rule: PolicyRule) => readonly Subject[]

export const objectName = ({ object }: RenderedObject): string => `${object.kind}/${object.metadata.name}`

export function celSubjects(subjects: PolicySubjects): SubjectsOf {
  const everywhere = {
    plan: toCel(subjects.plan),
    objects: toCel(subjects.objects.map(({ object, step }) => ({ ...object, step }))),
    now: new Date(subjects.now),
  }
  const sources = new Map(subjects.objects.map((each) => [objectName(each), each.source]))
  const sourceOf = (object: string): SourceLocation | undefined => sources.get(object)
  const lists: Readonly<Record<PolicyRule['looksAt'], readonly Subject[]>> = {
    object: subjects.objects.map((each) => ({
      name: objectName(each),
      source: each.source,
      sourceOf,
      context: { ...everywhere, object: toCel(each.object) },
      kind: each.object.kind,
      group: groupOf(each.object.apiVersion),
    })),
    objects: subjects.objects.length === 0 ? [] : [{ name: `Plan/${subjects.plan.name}`, sourceOf, context: everywhere }],
    chart: subjects.charts.map((chart) => ({
      name: chart.chart,
      sourceOf,
      context: { ...everywhere, chart: toCel({ ...chart, files: Object.fromEntries(chart.files) }) },
    })),
    image: (subjects.images ?? []).map((image) => ({
      name: image.reference,
      sourceOf,
      context: { ...everywhere, image: toCel(image) },
    })),
  }
  return (rule) => lists[rule.looksAt].filter((subject) => isOfKind(rule, subject))
}

const isOfKind = ({ kinds }: PolicyRule, { kind, group }: Subject): boolean =>
  kinds.length === 0 || kind === undefined || kinds.some((each) => each === kind || each === `${group ?? ''}/${kind}`)

const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '')
