import type { Value } from '../value.ts'
import { fieldOf, textOf } from '../value.ts'
import { chartFiles, leaves, parsedMap } from './chart.ts'
import type { Leaf } from './chart.ts'

/** A line of a template that sets something without asking any value. */
export interface TemplateLiteral {
  readonly object: string
  /** `templates/service.yaml:12`. */
  readonly path: string
  readonly key: string
  /** Dotted path of the value in `values.yaml` that it repeats; '' for none. */
  readonly value: string
}

/** All of them. One repeats a value if it is the same under a key that means the same, or too unusual to be the same by chance. */
export function templateLiterals(chart: Value): readonly TemplateLiteral[] {
  const files = chartFiles(chart)
  const values = parsedMap(files.get('values.yaml'))
  const known = leaves(values)
  const object = textOf(fieldOf(chart, 'chart'))
  return [...files]
    .filter(([path]) => isTemplate(path))
    .flatMap(([path, text]) => {
      const sections = Object.keys(values).filter((section) => path.toLowerCase().includes(section.toLowerCase()))
      return literals(text).map(({ line, ...literal }) => ({
        object,
        path: `${path}:${line}`,
        key: literal.key,
        value: known.find((leaf) => isSame(literal, leaf, sections))?.path ?? '',
      }))
    })
}

const isTemplate = (path: string): boolean => /^templates\/(?!tests\/).*\.ya?ml$/.test(path)

/** Comments of templates and YAML give way to nothing; lines stay where they are. */
function withoutComments(text: string): string {
  return text.replace(/\{\{-?\s*\/\*[\s\S]*?\*\/\s*-?\}\}/g, (comment) => comment.replace(/[^\n]/g, '')).replace(/^\s*#.*$/gm, '')
}

interface Literal {
  readonly key: string
  readonly text: string
}

/** Keys whose values are Kubernetes' own words, or names inside the chart. */
const NEVER_A_VALUE = new Set([
  'apiVersion',
  'kind',
  'name',
  'type',
  'path',
  'pathType',
  'protocol',
  'operator',
  'key',
  'mountPath',
  'scheme',
])

function literals(text: string): readonly (Literal & { readonly line: number })[] {
  const lines = withoutComments(text).split('\n')
  return lines.flatMap((line, index) => {
    const literal = literalOf(line)
    return literal === undefined ? [] : [{ ...literal, line: index + 1 }]
  })
}

function literalOf(line: string): Literal | undefined {
  const match = /^\s*(?:-\s+)?["']?([\w./-]+)["']?:\s+(\S.*)$/.exec(line)
  const key = match?.[1] ?? ''
  const text = (match?.[2] ?? '').replace(/\s+#.*$/, '').replace(/^(["'])(.*)\1$/, '$2')
  return match === null || text.includes('{{') || NEVER_A_VALUE.has(key) ? undefined : { key, text }
}

/** `sections`: of the values, those that the template's path names: in `templates/backend/deployment.yaml` one replica is not `frontend.replicaCount`. */
function isSame({ key, text }: Literal, { path, value }: Leaf, sections: readonly string[]): boolean {
  if ((typeof value !== 'string' && typeof value !== 'number') || String(value) !== text || text === '') return false
  if (isUnusual(text)) return true
  const [section = '', ...rest] = path.split('.')
  const isOfAnother = rest.length > 0 && sections.length > 0 && !sections.includes(section)
  return !isOfAnother && isRelated(key, rest.at(-1) ?? section)
}

/** Numbers from 1024 on (ports), and texts that are longer than a word of Kubernetes. */
function isUnusual(text: string): boolean {
  if (/^\d+$/.test(text)) return Number(text) >= 1024
  return text.length >= 8 && /[./:0-9-]/.test(text)
}

const SYNONYMS: Readonly<Record<string, string>> = { replicacount: 'replicas', containerport: 'port', targetport: 'port', number: 'port' }

function isRelated(key: string, name: string): boolean {
  const [one, other] = [key, name].map((word) => {
    const plain = word.toLowerCase().replace(/[^a-z0-9]/g, '')
    return SYNONYMS[plain] ?? plain
  })
  return one === other
}
