import type { Json } from '../../../src/domain/json.ts'
import type { KubernetesObject } from '../../../src/domain/ports/index.ts'
import type { RenderedChart, RenderedObject } from '../../../src/domain/rendered-object.ts'
import type { Copy } from './fixture.ts'
import { refuse } from './fixture.ts'

/** One small change to a copy of a fixture. Throws where there is nothing to change: a test whose break does nothing proves nothing. */
export type Break = (copy: Copy) => void

/** By full name of a rule, the change that breaks it and nothing else. */
export type Breaks = Readonly<Record<string, Break>>

export const all =
  (...parts: readonly Break[]): Break =>
  (copy) =>
    parts.forEach((part) => part(copy))

/** Sets a field of an object: `put('Service/api', 'spec.ports.0.port', 80)`. The field it lies in must be there. */
export const put =
  (name: string, path: string, value: Json): Break =>
  (copy) => {
    const [holder, key] = holderOf(objectOf(copy, name).object, path)
    Reflect.set(holder, key, structuredClone(value))
  }

/** Takes a field or a member of a list away. */
export const drop =
  (name: string, path: string): Break =>
  (copy) => {
    const [holder, key] = holderOf(objectOf(copy, name).object, path)
    if (!Reflect.has(holder, key)) refuse(`${name} has no ${path}`)
    if (Array.isArray(holder)) holder.splice(Number(key), 1)
    else Reflect.deleteProperty(holder, key)
  }

/** Adds a member to a list, which may be missing. */
export const push =
  (name: string, path: string, value: Json): Break =>
  (copy) => {
    const [holder, key] = holderOf(objectOf(copy, name).object, path)
    const list: unknown = Reflect.get(holder, key)
    Reflect.set(holder, key, [...(Array.isArray(list) ? list : []), structuredClone(value)])
  }

/** Adds an object to the step that sends `beside`, in its namespace unless it says one. */
export const add =
  (beside: string, object: KubernetesObject): Break =>
  (copy) => {
    const { object: neighbour, ...where } = objectOf(copy, beside)
    const { namespace } = neighbour.metadata
    const metadata = { ...(namespace !== undefined && { namespace }), ...object.metadata }
    copy.objects.push({ ...where, object: structuredClone({ ...object, metadata }) })
  }

/** Adds the same object once more, under another name. */
export const duplicate =
  (name: string, as: string): Break =>
  (copy) => {
    const { object } = objectOf(copy, name)
    add(name, { ...object, metadata: { ...object.metadata, name: as } })(copy)
  }

export const remove =
  (name: string): Break =>
  (copy) => {
    const gone = objectOf(copy, name)
    copy.objects = copy.objects.filter((each) => each !== gone)
  }

/** Rewrites one of a chart's files; '' takes it away. */
export const rewrite =
  (chart: string, file: string, change: (text: string) => string): Break =>
  (copy) => {
    const path = `${chart}/${file}`
    changeChart(copy, chart, (found) => {
      const text = found.files.get(path) ?? refuse(`there is no ${path}`)
      const changed = change(text)
      if (changed === text) refuse(`nothing changes in ${path}`)
      return { ...found, files: new Map([...new Map(found.files).set(path, changed)].filter(([name]) => name !== path || changed !== '')) }
    })
  }

export function changeChart(copy: Copy, chart: string, change: (chart: RenderedChart) => RenderedChart): void {
  if (!copy.charts.some((each) => each.chart === chart)) refuse(`there is no chart ${chart}`)
  copy.charts = copy.charts.map((each) => (each.chart === chart ? change(each) : each))
}

/** Sets a field of `policies.expects`; a member of a list by its index. */
export const expecting =
  (path: string, value: Json): Break =>
  (copy) => {
    const [holder, key] = holderOf(copy.plan.policies?.expects, path)
    Reflect.set(holder, key, structuredClone(value))
  }

/** The plan no longer waives the rule. */
export const unwaived =
  (rule: string): Break =>
  (copy) => {
    const policies = copy.plan.policies ?? refuse('the plan has no policies')
    const waivers = policies.waivers.filter((waiver) => waiver.rule !== rule)
    if (waivers.length === policies.waivers.length) refuse(`nothing waives ${rule}`)
    copy.plan = { ...copy.plan, policies: { ...policies, waivers } }
  }

function objectOf({ objects }: Copy, name: string): RenderedObject {
  return objects.find(({ object }) => `${object.kind}/${object.metadata.name}` === name) ?? refuse(`${name} was not rendered`)
}

/** What holds the last part of a dotted path, and that part. */
export function holderOf(root: unknown, path: string): readonly [holder: object, key: string] {
  const keys = path.split('.')
  const holder = keys.slice(0, -1).reduce<unknown>((inner, key) => Reflect.get(mapOrList(inner, path), key), root)
  return [mapOrList(holder, path), keys.at(-1) ?? '']
}

const mapOrList = (value: unknown, path: string): object =>
  typeof value === 'object' && value !== null ? value : refuse(`nothing holds ${path}`)
