import type { Break, Breaks } from './breaks.ts'
import { all, changeChart, drop, expecting, holderOf, rewrite } from './breaks.ts'
import type { Copy } from './fixture.ts'
import { refuse } from './fixture.ts'

/** Its own schema refuses unknown values, and helm says so; loosened, it is the rule's to say. */
const loosened = (chart: string): Break =>
  rewrite(chart, 'values.schema.json', (text) => text.replaceAll(/"additionalProperties": false/g, '"additionalProperties": true'))

const linted =
  (chart: string, severity: 'error' | 'warning'): Break =>
  (copy) =>
    changeChart(copy, chart, ({ lint, ...rest }) => ({ ...rest, lint: [...lint, { severity, message: 'templates/: something is wrong' }] }))

const gone = (line: RegExp) => (text: string) => text.replace(line, '')

/** Breaks of a chart's files. What the chart sends stays as it was rendered: these rules read files alone. */
export const breaksOfChart = (chart: string): Breaks => ({
  'charts/chart-yaml-complete': rewrite(chart, 'Chart.yaml', (text) => text.replace(/^version: .*$/m, 'version: newest')),
  'charts/app-version-set': rewrite(chart, 'Chart.yaml', gone(/^appVersion: .*\n/m)),
  'charts/description-set': rewrite(chart, 'Chart.yaml', gone(/^description: .*\n/m)),
  'charts/values-documented': rewrite(chart, 'values.yaml', (text) => `${text}unexplained: true\n`),
  'charts/lint-clean': linted(chart, 'error'),
  'charts/lint-without-warnings': linted(chart, 'warning'),
  'charts/set-known': all(loosened(chart), (copy) =>
    changeChart(copy, chart, ({ set = [], ...rest }) => ({ ...rest, set: [...set, 'nobody.knows'] })),
  ),
  'charts/schema-present': rewrite(chart, 'values.schema.json', () => ''),
})

/** A template says a value itself where the chart has one: `replicas: {{ … }}` becomes `replicas: 1`. */
export const breaksOfTemplate = (chart: string, template: string, key: string, value: string): Breaks => ({
  'charts/no-hard-coded-values': rewrite(chart, `templates/${template}`, (text) =>
    text.replace(new RegExp(`${key}: \\{\\{.*\\}\\}`), `${key}: ${value}`),
  ),
})

/** `values`: another values file of the chart. */
export const breaksOfOtherValues = (chart: string, values: string): Breaks => ({
  'charts/values-known': all(
    loosened(chart),
    rewrite(chart, values, (text) => `${text}\nunheardOf: 1\n`),
  ),
})

/** `value`: the first value below `secrets`, empty in the chart and given by the plan. */
export const breaksOfSecretValues = (chart: string, value: string): Breaks => ({
  'config/no-secret-in-values': rewrite(chart, 'values.yaml', (text) =>
    text.replace(`${value}: ''`, `${value}: 'postgres://app:h7Gd93kL@db/app'`),
  ),
  'config/no-secret-in-plan': ({ plan, charts }) => {
    const id = charts.find((each) => each.chart === chart)?.step ?? refuse(`there is no chart ${chart}`)
    const [set] = holderOf(plan.steps.find((step) => step.id === id)?.spec, 'helm.set.first')
    const [first] = Object.keys(set)
    Reflect.set(set, first ?? refuse('the plan sets nothing'), 'postgres://app:h7Gd93kL@db/app')
  },
})

/** Breaks of an image as its registry describes it. `name`: as `expects.images` has it; `deployment`: who runs it. */
export const breaksOfImages = (name: string, deployment: string): Breaks => ({
  'images/platform-built': described(name, () => undefined),
  'images/image-non-root': all(
    described(name, (image) => ({ ...image, user: 'root' })),
    // The manifest leaves the user to the image.
    drop(deployment, 'spec.template.spec.securityContext.runAsUser'),
  ),
  'images/image-health-check': described(name, (image) => ({ ...image, healthCheck: false })),
  'images/size-within-limit': described(name, (image) => ({ ...image, compressedBytes: 400_000_000 })),
  'images/expected-image-used': expecting('images.nobody', { maxSize: '300MB' }),
})

type Image = NonNullable<Copy['images'][number]['image']>

export function described(name: string, change: (image: Image) => Image | undefined): Break {
  return (copy) => {
    if (!copy.images.some(({ reference }) => isOf(reference, name))) refuse(`nothing runs ${name}`)
    copy.images = copy.images.map(({ image, ...facts }) => {
      const changed = image && isOf(facts.reference, name) ? change(image) : image
      return { ...facts, ...(changed && { image: changed }) }
    })
  }
}

const isOf = (reference: string, name: string): boolean => /[^/]*$/.exec(reference)?.[0].split(':')[0] === name

/** Breaks of a Dockerfile that ends in `USER`, one line of `HEALTHCHECK`, and `CMD`. */
export const breaksOfDockerfile = (path: string): Breaks => ({
  'images/dockerfile-multi-stage': rebuilt(path, (text) => text.slice(text.lastIndexOf('FROM '))),
  'images/dockerfile-non-root': rebuilt(path, gone(/^USER .*\n/m)),
  'images/dockerfile-health-check': rebuilt(path, gone(/^HEALTHCHECK .*\n/m)),
})

const rebuilt =
  (path: string, change: (text: string) => string): Break =>
  ({ dockerfiles }) => {
    const text = dockerfiles.get(path) ?? refuse(`the plan names no ${path}`)
    if (change(text) === text) refuse(`nothing changes in ${path}`)
    dockerfiles.set(path, change(text))
  }
