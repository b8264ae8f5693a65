import { LineCounter, parseAllDocuments } from 'yaml'
import type { Document, ScalarTag, Tags } from 'yaml'
import type { Json, JsonObject } from '../../domain/json.ts'
import { plainDocuments } from '../../domain/plain-yaml.ts'
import type { PlainDocument } from '../../domain/plain-yaml.ts'
import type { KubernetesObject, PlanFiles } from '../../domain/ports/index.ts'
import type { Problem, SourcePlace } from '../../domain/problem.ts'
import { ProblemError } from '../../domain/problem.ts'
import { isObject } from './field-paths.ts'
import { groupOf } from './record.ts'

/** An object as a file says it, and where; or as it was rendered from a template, of which no line can be named. */
export interface Manifest {
  readonly object: KubernetesObject
  readonly file: string
  readonly line?: number
}

export const locationOf = ({ file, line }: Pick<Manifest, 'file' | 'line'>): SourcePlace =>
  line === undefined ? { file } : { file, line, column: 1 }

/** `manifests/site.yaml:12`, or the template alone. */
export const placeOf = ({ file, line }: Pick<Manifest, 'file' | 'line'>): string => (line === undefined ? file : `${file}:${line}`)

/** All objects below the path. Rejects with every problem of every file at once. */
export async function readManifests(files: PlanFiles, path: string): Promise<readonly Manifest[]> {
  const names = (await files.list(path)).filter((each) => each === path || /\.(ya?ml|json)$/.test(each))
  const read = await Promise.all(names.map(async (file) => parseManifests(file, await files.read(file))))
  const manifests = read.flatMap((each) => each.manifests)
  const problems = [...read.flatMap((each) => each.problems), ...duplicates(manifests)]
  if (problems.length === 0 && manifests.length === 0) problems.push(nothingThere(path, names.length))
  const [first, ...more] = problems
  if (first !== undefined) throw new ProblemError(first, ...more)
  return manifests
}

/** YAML 1.2's octal, which Kubernetes reads besides. */
const OCTAL: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^[-+]?0o[0-7_]+$/,
  resolve: (text) => Number.parseInt(text.replace('0o', '').replaceAll('_', ''), 8),
}

/** Kubernetes reads YAML 1.1 (seen with kubectl 1.36): `0644` is octal, `yes` and `y` are true. Times and sexagesimals it does not know. */
const kubernetesTags = (tags: Tags): Tags => [
  OCTAL,
  ...tags
    .filter((tag) => typeof tag === 'string' || !(tag.tag.endsWith(':timestamp') || tag.format === 'TIME'))
    .map((tag) => (typeof tag === 'object' && tag.collection === undefined && takesText(tag.test) ? withDigit(tag) : tag)),
]

/** The package takes `.` and `e1` for numbers (NaN); to Kubernetes they are text. */
const takesText = (test: RegExp | undefined): boolean => test !== undefined && (test.test('.') || test.test('e1'))
const withDigit = (tag: ScalarTag): ScalarTag => ({ ...tag, test: new RegExp(`(?=[-+]?\\.?\\d)${tag.test?.source ?? ''}`) })

interface Parsed {
  readonly manifests: readonly Manifest[]
  readonly problems: readonly Problem[]
}

/**
 * The objects of one file, or of what a template gave. Ordinary files are read by the fast reader, the others by the full parser, with the same
 * outcome.
 */
export function parseManifests(file: string, text: string, from: 'file' | 'rendered' = 'file'): Parsed {
  const parsed = plainDocuments(text)?.map((document) => objectsOf(file, document, from)) ?? parseFully(file, text, from)
  return { manifests: parsed.flatMap((each) => each.manifests), problems: parsed.flatMap((each) => each.problems) }
}

function parseFully(file: string, text: string, from: 'file' | 'rendered'): readonly Parsed[] {
  const lines = new LineCounter()
  const documents: readonly Document.Parsed[] = [
    ...parseAllDocuments(text, { version: '1.1', customTags: kubernetesTags, lineCounter: lines }),
  ]
  const lineOf = (offset: number): number => lines.linePos(offset).line
  return documents.map((document) => {
    const problems = document.errors.map((error) => notYaml(file, text, lineOf(error.pos[0]), error.message.split('\n')[0] ?? ''))
    if (problems.length > 0) return { manifests: [], problems }
    return objectsOf(file, { value: document.toJS() as Json, line: lineOf(document.contents?.range[0] ?? 0) }, from)
  })
}

function objectsOf(file: string, { value, line }: PlainDocument, from: 'file' | 'rendered'): Parsed {
  const place = { file, ...(from === 'file' && { line }) }
  const manifests: Manifest[] = []
  const problems: Problem[] = []
  for (const each of unpacked(value)) {
    const why = whyNoObject(each)
    if (why === undefined) manifests.push({ object: each as JsonObject & KubernetesObject, ...place })
    else problems.push(noObject(place, why))
  }
  return { manifests, problems }
}

/** An empty document is none; a `List` is its items. */
function unpacked(value: Json | undefined): readonly Json[] {
  if (value === null || value === undefined) return []
  if (isObject(value) && value['kind'] === 'List' && Array.isArray(value['items']))
    return (value['items'] as readonly Json[]).flatMap(unpacked)
  return [value]
}

function whyNoObject(value: Json): string | undefined {
  if (!isObject(value)) return 'it is not a mapping'
  if (typeof value['apiVersion'] !== 'string' || value['apiVersion'] === '') return '`apiVersion` is missing'
  if (typeof value['kind'] !== 'string' || value['kind'] === '') return '`kind` is missing'
  const { metadata } = value
  if (isObject(metadata) && typeof metadata['name'] === 'string' && metadata['name'] !== '') return undefined
  if (value['kind'] === 'Kustomization') return 'it is a Kustomization, which has to be rendered first (kubectl kustomize)'
  return `${value['kind']} has no metadata.name${isObject(metadata) && 'generateName' in metadata ? ' (generateName makes another object on every run)' : ''}`
}

export function duplicates(manifests: readonly Manifest[]): Problem[] {
  const seen = new Map<string, Manifest>()
  return manifests.flatMap((each) => {
    const { apiVersion, kind, metadata } = each.object
    const key = [groupOf(apiVersion), kind, metadata.namespace ?? '', metadata.name].join(' ')
    const first = seen.get(key)
    if (first === undefined) {
      seen.set(key, each)
      return []
    }
    return [
      {
        code: 'duplicate-object',
        summary: `${kind} ${metadata.name} is defined twice: in ${placeOf(first)} and in ${placeOf(each)}`,
        next: ['remove one of them'],
        location: locationOf(each),
      },
    ]
  })
}

const notYaml = (file: string, text: string, line: number, message: string): Problem => ({
  code: 'manifest-not-yaml',
  summary: `${file} is not valid YAML: ${message}`,
  next: ['correct the file'],
  location: { file, line, column: 1, text: text.split('\n')[line - 1] ?? '' },
})

const noObject = (place: Pick<Manifest, 'file' | 'line'>, why: string): Problem => ({
  code: 'manifest-not-an-object',
  summary: `${placeOf(place)} holds something that is no Kubernetes object: ${why}`,
  next: ['correct the file, or move it out of the manifests'],
  location: locationOf(place),
})

const nothingThere = (path: string, files: number): Problem => ({
  code: 'no-manifests',
  summary: files === 0 ? `there are no .yaml, .yml or .json files at ${path}` : `the files at ${path} hold no object`,
  next: ['correct `manifests`: a path relative to the plan'],
})
