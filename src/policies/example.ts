import { parseAllDocuments } from 'yaml'
import type { PolicyPlan, PolicyRule, PolicySubjects } from '../domain/policy.ts'
import type { ImageFacts } from '../domain/ports/images.ts'
import type { KubernetesObject } from '../domain/ports/kubernetes.ts'
import type { RenderedChart } from '../domain/rendered-object.ts'

/** The plan that a rule's examples are asked in, unless they say otherwise. */
const PLAN: PolicyPlan = {
  name: 'example',
  environment: 'production',
  namespace: 'example',
  singleWriter: false,
  movesSite: false,
  host: '',
  expects: {},
}

/**
 * A rule's example as what the rule is asked about: YAML documents of Kubernetes objects, or one of a chart or an image where the rule looks at those. A document
 * with the one key `plan` gives fields of the plan.
 */
export function exampleSubjects(rule: PolicyRule, example: 'passing' | 'failing'): PolicySubjects {
  const documents = parseAllDocuments(rule.examples[example]).map((document) => readDocument(rule, document.errors[0], document.toJS()))
  const plans = documents.filter(isPlanDocument).map(({ plan }) => plan)
  const others = documents.filter((document) => !isPlanDocument(document))
  return {
    plan: Object.assign({}, PLAN, ...plans),
    objects: rule.looksAt === 'object' || rule.looksAt === 'objects' ? others.map((document) => rendered(objectOf(rule, document))) : [],
    charts: rule.looksAt === 'chart' ? others.map(chartOf) : [],
    images: rule.looksAt === 'image' ? others.map((document) => imageOf(document as Partial<ImageFacts>)) : [],
    now: Date.UTC(2026, 0, 1),
  }
}

type ExampleDocument = Readonly<Record<string, unknown>>

function readDocument(rule: PolicyRule, error: Error | undefined, data: unknown): ExampleDocument {
  if (error !== undefined) throw new TypeError(`an example of ${rule.name} is not YAML: ${error.message}`)
  if (typeof data !== 'object' || data === null) throw new TypeError(`an example of ${rule.name} holds a document that is no map`)
  return Object.fromEntries(Object.entries(data))
}

const isPlanDocument = (document: ExampleDocument): document is { readonly plan: Partial<PolicyPlan> } =>
  Object.keys(document).join() === 'plan'

function objectOf({ name }: PolicyRule, document: ExampleDocument): KubernetesObject {
  if (isObject(document)) return document
  throw new TypeError(`an example of ${name} holds an object without apiVersion, kind or metadata`)
}

const isObject = (document: ExampleDocument): document is KubernetesObject =>
  typeof document['apiVersion'] === 'string' &&
  typeof document['kind'] === 'string' &&
  typeof document['metadata'] === 'object' &&
  document['metadata'] !== null

const rendered = (object: KubernetesObject) => ({ object, step: 'example', source: { file: 'example.yaml', line: 1, column: 1 } })

function chartOf(document: ExampleDocument): RenderedChart {
  const { files = {}, ...rest } = document as { readonly files?: Readonly<Record<string, string>> } & Partial<Omit<RenderedChart, 'files'>>
  return { chart: 'chart', step: 'example', values: [], lint: [], ...rest, files: new Map(Object.entries(files)) }
}

const imageOf = (document: Partial<ImageFacts>): ImageFacts => ({ reference: 'example:1.0', digest: '', platforms: [], ...document })
