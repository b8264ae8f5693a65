import type { Problem, SourceLocation } from '../domain/problem.ts'
import { planProblem } from './plan-problem.ts'
import { subject } from './schema/subject.ts'
import type { PlanPath, PlanSource } from './source.ts'
import { nearest } from './suggestion.ts'
import { TEMPLATE_SCHEMES, templateParts } from '../domain/template.ts'
import type { TemplatePart } from '../domain/template.ts'

/** Where templates are resolved; `*` is any name. Elsewhere they would be taken word for word, which nobody means. */
export const TEMPLATE_FIELDS = [
  'targets.kubernetes.kubeconfig',
  'targets.kubernetes.context',
  'targets.nomad.address',
  'targets.nomad.token',
  'targets.nomad.namespace',
  'targets.nomad.region',
  'targets.nomad.ca',
  'targets.hosts.*.ssh',
  'targets.hosts.*.sshConfig',
  'targets.edge.api',
  'targets.edge.metrics',
  'targets.edge.visitors',
  'steps.*.deploy-to-kubernetes.helm.set.*',
] as const

/**
 * Syntax of the templates, templates where none are resolved, and secrets that are written out. Nothing is resolved here. What stands below a field that
 * nobody knows (`isUnknown`) may be in its right place once the field is mended: nothing is said of it.
 */
export function checkTemplates(
  source: PlanSource,
  data: Readonly<Record<string, unknown>>,
  isUnknown: (path: PlanPath) => boolean = () => false,
): readonly Problem[] {
  const worthALook = texts(data, undefined, []).filter(({ path }) => !path.some((_, index) => isUnknown(path.slice(0, index + 1))))
  return worthALook.flatMap(({ path, text }) => {
    const field = fieldOf(path)
    const parts = templateParts(text)
    if (!TEMPLATE_FIELDS.some((each) => each === field)) return parts.filter(isReference).map((part) => notHere(source, data, path, part))
    const mistakes = parts.filter((part) => part.part === 'mistake').map((part) => badTemplate(source, data, path, part))
    const isLiteral = field === 'targets.nomad.token' && text !== '' && parts.every((part) => part.part === 'text')
    return isLiteral ? [literalSecret(source, path)] : mistakes
  })
}

/** The field of a place, with `*` for what a plan names as it likes: hosts, steps, a chart's values. */
const fieldOf = (path: PlanPath): string =>
  path
    .map((part, index) =>
      (index === 2 && path[1] === 'hosts') || (index === 1 && path[0] === 'steps') || (index === 5 && path[4] === 'set')
        ? '*'
        : String(part),
    )
    .join('.')

interface Text {
  readonly path: PlanPath
  readonly text: string
}

/** The strings below `value` that hold a template, or a token, with their places; the lab's block is free. */
function texts(value: unknown, key: PropertyKey | undefined, above: PlanPath): readonly Text[] {
  if (typeof value === 'string') return value.includes('${') || key === 'token' ? [{ path: below(above, key), text: value }] : NO_TEXTS
  if (typeof value !== 'object' || value === null || (above.length === 0 && key === 'lab')) return NO_TEXTS
  const path = below(above, key)
  if (Array.isArray(value)) return value.flatMap((member, index) => texts(member, index, path))
  return Object.entries(value).flatMap(([name, member]) => texts(member, name, path))
}

const NO_TEXTS: readonly Text[] = []
const below = (above: PlanPath, key: PropertyKey | undefined): PlanPath => (key === undefined ? above : [...above, key])

type Mistake = Extract<TemplatePart, { part: 'mistake' }>
type Reference = Extract<TemplatePart, { part: 'reference' }>
const isReference = (part: TemplatePart): part is Reference => part.part === 'reference'

function badTemplate(source: PlanSource, data: unknown, path: PlanPath, { mistake, written }: Mistake): Problem {
  const inside = written.slice(2, -1)
  const scheme = inside.split(':')[0] ?? ''
  const forms = '`${env:NAME}`, `${file:PATH}` or `${command:LINE}`'
  const meant = nearest(scheme, TEMPLATE_SCHEMES)
  const [what, next] = {
    unterminated: ['never ends: its closing brace is missing', 'close it with `}`'],
    'no-scheme': ['does not say where the value comes from', /^\w+$/.test(inside) ? `write \`\${env:${inside}}\`` : `write ${forms}`],
    'unknown-scheme': [`has the unknown source \`${scheme}\``, meant === undefined ? `write ${forms}` : `did you mean \`${meant}\`?`],
    empty: [`names nothing after \`${scheme}:\``, `write ${forms}`],
    'bad-variable-name': ['holds no name of an environment variable', 'use letters, digits and underscores: `${env:NOMAD_TOKEN}`'],
  }[mistake]
  const summary = `${subject(data, path)}: the template \`${written}\` ${what ?? ''}`
  return planProblem('bad-template', summary, [next ?? ''], within(source.locate(path), written))
}

function notHere(source: PlanSource, data: unknown, path: PlanPath, part: Reference): Problem {
  const written = `\${${part.scheme}:${part.argument}}`
  const summary = `${subject(data, path)}: \`${written}\` would be taken word for word here`
  const only = `templates are resolved only in ${TEMPLATE_FIELDS.join(', ')}`
  const next = [mayBeSecret(path, part) ? `give it where the step takes such a value; ${only}` : `write the value out; ${only}`]
  return planProblem('template-not-here', summary, next, within(source.locate(path), written))
}

/** What a program or a file gives, and anything whose name does not say that everybody may know it. */
const mayBeSecret = (path: PlanPath, { scheme, argument }: Reference): boolean =>
  scheme !== 'env' || [argument, String(path.at(-1))].some((name) => /pass|secret|token|key|cred|auth|private|jwt|dsn|database/i.test(name))

function literalSecret(source: PlanSource, path: PlanPath): Problem {
  const next = [
    "write `token: '${env:NOMAD_TOKEN}'` (or `${file:PATH}`, `${command:LINE}`)",
    'a token that was written into a file should be replaced by a new one',
  ]
  return planProblem('literal-secret', '`targets.nomad.token` holds a secret that is written out', next, source.locate(path, 'key'))
}

/** The place of `written` inside the scalar at `location`; the scalar's own where it is not there word for word (escapes, folded lines). */
function within(location: SourceLocation, written: string): SourceLocation {
  const index = location.text?.indexOf(written, location.column - 1) ?? -1
  return index === -1 ? location : { ...location, column: index + 1, length: written.length }
}
