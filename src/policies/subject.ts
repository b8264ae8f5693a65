import type { PolicyRule, PolicySubjects } from '../domain/policy.ts'
import type { SourcePlace } from '../domain/problem.ts'
import { toCel } from './cel-value.ts'
import type { ObjectNames } from './names.ts'
import { withoutNulls } from './without-nulls.ts'

/** One thing that a rule looks at, as its expressions see it. */
export interface Subject {
  /** `Deployment/todo-app-backend`, a chart's folder, an image, or `Plan/NAME` for all objects at once. */
  readonly name: string
  readonly source?: SourcePlace
  /** Of an object of the plan, for rules whose members name one. */
  readonly sourceOf: (object: string) => SourcePlace | undefined
  readonly context: Readonly<Record<string, unknown>>
  readonly kind?: string
  /** `apps`, '' for the core group. */
  readonly group?: string
}

/** Everything that rules may be asked about, converted for CEL once. */
export type SubjectsOf = (rule: PolicyRule) => readonly Subject[]

export function celSubjects(subjects: PolicySubjects, { idOf, withId }: ObjectNames): SubjectsOf {
  const members = new Map(subjects.objects.map((each) => [each, withoutNulls({ ...each.object, step: each.step, id: idOf(each) })]))
  const everywhere = {
    plan: toCel(subjects.plan),
    objects: toCel([...members.values()]),
    now: new Date(subjects.now),
  }
  const sourceOf = (object: string): SourcePlace | undefined => onlyOne(withId(object).map(({ source }) => source))
  const lists: Readonly<Record<PolicyRule['looksAt'], readonly Subject[]>> = {
    object: subjects.objects.map((each) => ({
      name: idOf(each),
      source: each.source,
      sourceOf,
      context: { ...everywhere, object: toCel(members.get(each) ?? each.object) },
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

/** Where two steps send one object nobody can say in which of their files something is wrong with it. */
const onlyOne = (sources: readonly SourcePlace[]): SourcePlace | undefined => (sources.length === 1 ? sources[0] : undefined)

const isOfKind = ({ kinds }: PolicyRule, { kind, group }: Subject): boolean =>
  kinds.length === 0 || kind === undefined || kinds.some((each) => each === kind || each === `${group ?? ''}/${kind}`)

const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '')
