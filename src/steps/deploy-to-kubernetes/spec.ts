import { z } from 'zod'
import type { Problem } from '../../domain/problem.ts'
import { name, path } from '../fields.ts'

export type HelmSpec = {
  readonly chart: string
  readonly release: string
  readonly values?: readonly string[] | undefined
  readonly set?: Readonly<Record<string, string | number | boolean>> | undefined
  readonly as?: 'objects' | 'release' | undefined
}
export type KustomizeSpec = { readonly folder: string; readonly root?: string | undefined }

/** Exactly one of the first three is there: `checkSources` makes sure of it. */
export type DeploySpec = {
  readonly manifests?: string | undefined
  readonly helm?: HelmSpec | undefined
  readonly kustomize?: KustomizeSpec | undefined
  readonly order?: readonly (readonly string[])[] | undefined
  readonly whenMissing?: 'skip' | 'fail' | undefined
  readonly namespace?: string | undefined
}

/** `backend.replicaCount`; a dot that belongs to a key is `\.`. */
const VALUE_PATH = /^(?:[^\s.=,[\]{}\\]|\\\.)+(?:\.(?:[^\s.=,[\]{}\\]|\\\.)+)*$/
/** As helm takes them: 53 characters that may begin the name of an object. */
const RELEASE = /^[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?$/
const ORDER_ITEM = /^[A-Z][A-Za-z0-9]*(\/\S+)?$/

const helm: z.ZodType<HelmSpec> = z.strictObject({
  chart: path("The chart's folder, relative to the plan; charts that it depends on lie unpacked in its `charts/`"),
  release: z
    .string()
    .regex(RELEASE, 'a name of at most 53 small letters, digits and dashes')
    .describe('Name of the release, as the templates see it'),
  values: z.array(path('A values file, relative to the plan')).optional().describe('Values files in order; the last one wins'),
  set: z
    .record(
      z.string().regex(VALUE_PATH, 'a path such as `backend.replicaCount`; lists are set in a values file'),
      z.union([z.string(), z.number(), z.boolean()]),
    )
    .optional()
    .describe(
      'Single values over those, by their paths; templates such as `${env:DATABASE_URL}` are resolved when the step needs them, and never written down',
    ),
  as: z
    .enum(['objects', 'release'])
    .optional()
    .describe(
      '`objects` (the default): applied like manifests, and helm keeps no release of them. `release`: your helm installs or upgrades it, `helm list` and `helm upgrade` go on working, and a rollback is `helm rollback` or `helm uninstall`',
    ),
})

const kustomize: z.ZodType<KustomizeSpec> = z.strictObject({
  folder: path('Folder with the kustomization.yaml, relative to the plan'),
  root: path('A folder above it that contains all that it refers to; the folder itself unless told').optional(),
})

export const deploySpec: z.ZodType<DeploySpec> = z.strictObject({
  manifests: path('Folder (or file) with the objects as YAML or JSON, relative to the plan').optional(),
  helm: helm.optional().describe('A chart, rendered by your own helm (3.14 or later)'),
  kustomize: kustomize.optional().describe('A kustomization, rendered by your own kubectl'),
  order: z
    .array(z.array(z.string().regex(ORDER_ITEM, '`Kind/name` or `Kind`')).min(1))
    .min(1)
    .optional()
    .describe(
      'Groups of objects, `Kind/name` or `Kind`; all of a group are ready before the next begins. What is not named and is only read by pods comes before them, the rest after',
    ),
  whenMissing: z
    .enum(['skip', 'fail'])
    .optional()
    .describe('What to do with objects of a kind that the cluster does not know: `fail` (the default), or `skip` them with a warning'),
  namespace: name("Namespace for objects that name none; the target's unless told").optional(),
})

const SOURCES = ['manifests', 'helm', 'kustomize'] as const

/** Exactly one place where objects come from, and no two values of which one contains the other. */
export function checkSpec(spec: DeploySpec): readonly Problem[] {
  return [...checkSources(spec), ...checkValuePaths(spec.helm?.set ?? {}), ...checkRelease(spec)]
}

function checkSources(spec: DeploySpec): readonly Problem[] {
  const named = SOURCES.filter((each) => spec[each] !== undefined)
  if (named.length === 1) return []
  const found = named.map((each) => `\`${each}\``).join(' and ')
  return [
    {
      code: named.length === 0 ? 'nothing-to-deploy' : 'several-sources',
      summary: named.length === 0 ? 'the step does not say what to deploy' : `the step says what to deploy ${named.length} times: ${found}`,
      next: [
        named.length === 0
          ? 'add `manifests` (a folder with YAML), `helm` (a chart) or `kustomize` (a kustomization)'
          : 'keep one of them, and make steps of their own of the others',
      ],
      effect: 'no',
    },
  ]
}

function checkValuePaths(set: NonNullable<HelmSpec['set']>): readonly Problem[] {
  const paths = Object.keys(set)
  return paths.flatMap((outer) =>
    paths
      .filter((inner) => inner.startsWith(`${outer}.`))
      .map((inner) => ({
        code: 'values-exclude-each-other',
        summary: `\`helm.set\` gives \`${outer}\` a value, and \`${inner}\` one inside it`,
        next: ['keep one of the two'],
        effect: 'no' as const,
      })),
  )
}

/** Helm sends all objects of a release at once, and refuses itself what the cluster does not know. */
function checkRelease({ helm: chart, order, whenMissing }: DeploySpec): readonly Problem[] {
  if (chart?.as !== 'release') return []
  const said = [...(order ? ['order'] : []), ...(whenMissing ? ['whenMissing'] : [])]
  return said.map((field) => ({
    code: 'not-for-a-release',
    summary: `\`${field}\` has no meaning for a chart that is deployed \`as: release\`: helm sends all its objects at once`,
    next: [`remove \`${field}\``, 'or deploy the chart `as: objects`'],
    effect: 'no' as const,
  }))
}

/** The root folder of a kustomization, and itself: all files that it may refer to. */
export const kustomizationRoot = ({ folder, root }: KustomizeSpec): string => root ?? folder

/** Paths whose content belongs to the plan. */
export const filesOf = ({ manifests, helm: chart, kustomize: kustomization }: DeploySpec): readonly string[] => [
  ...(manifests === undefined ? [] : [manifests]),
  ...(chart ? [chart.chart, ...(chart.values ?? [])] : []),
  ...(kustomization ? [kustomizationRoot(kustomization)] : []),
]

export const templatesOf = ({ helm: chart }: DeploySpec): readonly { readonly template: string; readonly where: string }[] =>
  Object.entries(chart?.set ?? {}).flatMap(([key, template]) => (typeof template === 'string' ? [{ template, where: whereSet(key) }] : []))

/** As written: a template stays one. */
export const literalsOf = ({ helm: chart }: DeploySpec): readonly { readonly value: string; readonly where: string }[] =>
  Object.entries(chart?.set ?? {}).map(([key, value]) => ({ value: String(value), where: whereSet(key) }))

export const whereSet = (key: string): string => `helm.set.${key}`
