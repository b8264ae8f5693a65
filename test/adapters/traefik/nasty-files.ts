import fc from 'fast-check'

/** A generated dynamic file, and whether it uses what large files are not scanned with. */
export interface NastyFile {
  readonly text: string
  readonly eol: '\n' | '\r\n'
}

interface Layout {
  readonly step: number
  readonly list: 'flow' | 0 | 2
  readonly comments: readonly boolean[]
}

const names = fc.uniqueArray(fc.constantFrom('home', 'wiki', 'grafana', 'a.b', 'with_underscore', 'x-1', '1password', 'Größe', 'plex'), {
  maxLength: 5,
})
const comment = fc.constantFrom('# --- section ---', '# ünïcode → ✓', '#', '# router: {not: real}', '#   rule: Host(`x`)', '')

const layout: fc.Arbitrary<Layout> = fc.record({
  step: fc.constantFrom(2, 4, 1, 3),
  list: fc.constantFrom<Layout['list']>('flow', 0, 2),
  comments: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
})

/** Lines of one router at a column, with anchors, aliases, quotes and odd spacing. */
const routerLines = (name: string, column: number, { step, list }: Layout, pick: number): readonly string[] => {
  const key = ' '.repeat(column)
  const field = ' '.repeat(column + step)
  const items =
    list === 'flow'
      ? [`${field}entryPoints:   [ websecure , web ]`]
      : [`${field}entryPoints:`, `${field}${' '.repeat(list)}- websecure   # dash`, `${field}${' '.repeat(list)}- web`]
  const rules = [
    `"Host(\`${name}.test\`)"`,
    `'Host(\`${name}.test\`) && !Path(\`/x\`)'`,
    `Host(\`${name}.test\`)`,
    `Host(\`${name}.test\`) || Host(\`*.test\`)   # both`,
  ]
  return [
    `${key}${/^[\w.-]+$/.test(name) ? name : `"${name}"`}:${pick % 3 === 0 ? '   # owner: sam' : ''}`,
    `${field}rule: ${rules[pick % rules.length] ?? ''}`,
    ...items,
    ...(pick % 5 === 0
      ? [`${field}tls: {certResolver: le, domains: [{main: "a.test"}]}`]
      : [`${field}tls:`, `${field}${' '.repeat(step)}certResolver: le`]),
    '',
    `${field}service: svc`,
    ...(pick % 4 === 0 ? [`${field}priority: -3`] : []),
  ]
}

interface Parts {
  readonly head: readonly string[]
  readonly hasHttp: boolean
  readonly hasRouters: 'yes' | 'no' | 'null'
  readonly hasServices: 'yes' | 'no' | 'null'
  readonly routers: readonly string[]
  readonly picks: readonly number[]
  readonly notes: readonly string[]
  readonly middle: readonly string[]
  readonly servicesFirst: boolean
  readonly httpFirst: boolean
  readonly other: 'none' | 'tls' | 'anchors' | 'block-scalar' | 'template'
  readonly tail: readonly string[]
  readonly layout: Layout
  readonly eol: '\n' | '\r\n'
  readonly finalNewline: boolean
}

const OTHER: Readonly<Record<Parts['other'], readonly string[]>> = {
  none: [],
  tls: ['tls:', '  options:', '    default: {minVersion: VersionTLS12}'],
  anchors: ['x-shared: &shared', '  certResolver: le', 'x-use:', '  - *shared', '  - <<: *shared', '    more: "yes: # no"'],
  'block-scalar': ['x-text: |', '  # not a comment', '', '    deep: er', '  end', 'x-folded: >-', '  one', '  two'],
  template: ['x-name: {{ env "DOMAIN" }}', 'x-url: "https://{{ env `HOST` | lower }}/"  # {{ env "NOTE" }}'],
}

function assemble(parts: Parts): NastyFile {
  const { step } = parts.layout
  const defined = [
    `${' '.repeat(step)}services:`,
    `${' '.repeat(step * 2)}svc:`,
    `${' '.repeat(step * 3)}loadBalancer:`,
    `${' '.repeat(step * 4)}servers: [{url: "http://10.0.0.1:80/"}]`,
    `${' '.repeat(step * 2)}to-k8s: {loadBalancer: {servers: []}}`,
  ]
  const services = parts.hasServices === 'yes' ? defined : parts.hasServices === 'no' ? [] : [`${' '.repeat(step)}services:   # later`]
  const bodies = parts.routers.flatMap((name, index) => [
    ...(parts.layout.comments[index] === true
      ? [`${' '.repeat(step * 2)}${parts.notes[index % Math.max(1, parts.notes.length)] ?? ''}`.trimEnd()]
      : []),
    ...routerLines(name, step * 2, parts.layout, parts.picks[index] ?? 0),
  ])
  const header = `${' '.repeat(step)}routers:`
  const routers =
    parts.hasRouters === 'no' ? [] : parts.hasRouters === 'null' || bodies.length === 0 ? [`${header}  # none yet`] : [header, ...bodies]
  const http = parts.hasHttp
    ? ['http:', ...parts.middle, ...(parts.servicesFirst ? [...services, ...routers] : [...routers, ...services])]
    : []
  const other = OTHER[parts.other]
  const lines = [...parts.head, ...(parts.httpFirst ? [...http, ...other] : [...other, ...http]), ...parts.tail]
  return { text: lines.join(parts.eol) + (parts.finalNewline && lines.length > 0 ? parts.eol : ''), eol: parts.eol }
}

/** Files as people write them at their worst, all of them valid. */
export const nastyFile: fc.Arbitrary<NastyFile> = fc
  .record({
    head: fc.array(comment, { maxLength: 3 }),
    hasHttp: fc.boolean().map((no) => !no),
    hasRouters: fc.constantFrom<Parts['hasRouters']>('yes', 'yes', 'yes', 'no', 'null'),
    hasServices: fc.constantFrom<Parts['hasServices']>('yes', 'yes', 'yes', 'no', 'null'),
    routers: names,
    picks: fc.array(fc.nat(100), { minLength: 5, maxLength: 5 }),
    notes: fc.array(comment, { minLength: 1, maxLength: 3 }),
    middle: fc.array(comment, { maxLength: 2 }),
    servicesFirst: fc.boolean(),
    httpFirst: fc.boolean(),
    other: fc.constantFrom<Parts['other']>('none', 'tls', 'anchors', 'block-scalar', 'template'),
    tail: fc.array(comment, { maxLength: 3 }),
    layout,
    eol: fc.constantFrom<'\n' | '\r\n'>('\n', '\n', '\r\n'),
    finalNewline: fc.boolean(),
  })
  .map(assemble)
