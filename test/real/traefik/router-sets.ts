import fc from 'fast-check'
import type { RouteQuestion } from '../../../src/domain/ports/edge.ts'
import type { CatalogEntry } from './stand-ins.ts'

/** Some routers around one host, of several providers, and requests that may meet them. */
export interface RouterSet {
  readonly host: string
  readonly routers: readonly GeneratedRouter[]
  readonly questions: readonly RouteQuestion[]
}

interface GeneratedRouter {
  readonly name: string
  readonly provider: 'file' | 'http' | 'consulcatalog'
  readonly rule: string
  readonly ruleSyntax?: 'v2'
  readonly priority?: number
  readonly entryPoints: readonly string[]
  readonly tls: boolean
  /** Names a service that is not there: Traefik disables it. */
  readonly broken: boolean
}

type RuleFor = (host: string) => { readonly rule: string; readonly ruleSyntax?: 'v2' }

const decidable = fc.constantFrom<RuleFor>(
  (host) => ({ rule: `Host(\`${host}\`)` }),
  (host) => ({ rule: `Host("${host.toUpperCase()}")` }),
  (host) => ({ rule: `Host(\`${host}\`) && PathPrefix(\`/a\`)` }),
  (host) => ({ rule: `Host(\`${host}\`) && Path(\`/a/b\`)` }),
  (host) => ({ rule: `Host(\`${host}\`) && !PathPrefix(\`/a\`)` }),
  (host) => ({ rule: `Host(\`${host}\`) && Method(\`POST\`)` }),
  (host) => ({ rule: `Host(\`${host}\`) && Header(\`x-probe\`, \`1\`)` }),
  (host) => ({ rule: `Host(\`${host}\`) && HeaderRegexp(\`X-Probe\`, \`^[0-9]+$\`)` }),
  (host) => ({ rule: `Host(\`${host}\`) && Query(\`k\`, \`v\`)` }),
  (host) => ({ rule: `Host(\`${host}\`) && Query(\`k\`) || Host(\`${host}\`) && QueryRegexp(\`k\`, \`^w\`)` }),
  (host) => ({ rule: `HostRegexp(\`^[a-z]+\\.${host.replace(/^www\./, '').replaceAll('.', '\\.')}$\`)` }),
  (host) => ({ rule: `(Host(\`other.${host}\`) || Host(\`${host}\`)) && (Path(\`/\`) || PathRegexp(\`^/a/?$\`))` }),
  (host) => ({ rule: `!(!Host(\`${host}\`) || Path(\`/\`))` }),
  (host) => ({ rule: `HOST(\`${host}\`) && pathprefix(\`/\`)` }),
  (host) => ({ rule: `HostRegexp(\`(?i)^WWW\\.${host.replace(/^www\./, '').replaceAll('.', '\\.')}$\`)` }),
  (host) => ({ rule: `Host(\`unrelated.${host}\`)` }),
)

/** Depends on Traefik's version, on the visitor's address, or on another rule language. */
const undecidable = fc.constantFrom<RuleFor>(
  (host) => ({ rule: `Host(\`*.${host.replace(/^www\./, '')}\`)` }),
  (host) => ({ rule: `Host(\`${host}\`) && ClientIP(\`127.0.0.0/8\`)` }),
  (host) => ({ rule: `Host(\`${host}\`) && ClientIP(\`10.0.0.0/8\`)` }),
  (host) => ({
    rule: `Host(\`${host}\`, \`also.${host}\`) && HostRegexp(\`{sub:[a-z]+}.${host.replace(/^www\./, '')}\`)`,
    ruleSyntax: 'v2',
  }),
)

const rule = fc.oneof({ weight: 7, arbitrary: decidable }, { weight: 1, arbitrary: undecidable })

const router = fc.record({
  provider: fc.constantFrom<GeneratedRouter['provider']>('file', 'file', 'http', 'consulcatalog'),
  rule,
  priority: fc.constantFrom(undefined, undefined, undefined, 1, 20, 50, 51, 1_000, -3),
  entryPoints: fc.constantFrom<readonly string[]>(['websecure'], ['websecure'], ['websecure'], ['web'], ['web', 'websecure'], []),
  tls: fc.boolean(),
  broken: fc.constantFrom(false, false, false, false, true),
})

const question = fc.record({
  entryPoint: fc.constantFrom('websecure', 'websecure', 'websecure', 'web'),
  path: fc.constantFrom('/', '/a', '/a/b', '/a/b/', '/c?k=v', '/c?k=&k=w1', '/c?k'),
  method: fc.constantFrom('GET', 'GET', 'POST'),
  headers: fc.constantFrom<Readonly<Record<string, string>> | undefined>(undefined, undefined, { 'X-Probe': '1' }, { 'x-probe': '22' }),
  // The plain entry point takes TLS too where a router has it.
  tls: fc.boolean(),
})

const set = fc.record({
  routers: fc.array(router, { minLength: 2, maxLength: 9, size: 'max' }),
  questions: fc.array(question, { minLength: 3, maxLength: 3 }),
})

export function routerSets(count: number, seed: number): readonly RouterSet[] {
  return fc.sample(set, { numRuns: count, seed }).map(({ routers, questions }, index) => {
    const host = `www.set-${index}.test`
    return {
      host,
      routers: routers.map(({ rule: ruleFor, priority, ...rest }, at) => ({
        ...rest,
        ...ruleFor(host),
        name: `s${index}r${at}`,
        ...(priority !== undefined && { priority }),
      })),
      questions: questions.map(({ headers, tls, ...rest }) => ({
        ...rest,
        host,
        tls: tls || rest.entryPoint === 'websecure',
        ...(headers && { headers }),
      })),
    }
  })
}

/** The part of one provider in Traefik's own shape. Each router marks what passes it by a path prefix: `/NAME@PROVIDER/…`. */
export function configurationOf(sets: readonly RouterSet[], provider: 'file' | 'http', backend: string) {
  const routers = sets.flatMap(({ routers: all }) => all.filter((each) => each.provider === provider))
  return {
    http: {
      routers: Object.fromEntries(
        routers.map(({ name, rule: text, ruleSyntax, priority, entryPoints, tls, broken }) => [
          name,
          {
            rule: text,
            service: broken ? 'nosuch' : 'echo',
            middlewares: [name],
            ...(ruleSyntax && { ruleSyntax }),
            ...(priority !== undefined && { priority }),
            ...(entryPoints.length > 0 && { entryPoints }),
            ...(tls && { tls: {} }),
          },
        ]),
      ),
      services: { echo: { loadBalancer: { servers: [{ url: backend }] } } },
      middlewares: Object.fromEntries(routers.map(({ name }) => [name, { addPrefix: { prefix: `/${name}@${provider}` } }])),
    },
  }
}

/** The catalog's part, as tags of services. */
export function catalogOf(sets: readonly RouterSet[], address: { readonly host: string; readonly port: number }): readonly CatalogEntry[] {
  const routers = sets.flatMap(({ routers: all }) => all.filter((each) => each.provider === 'consulcatalog'))
  return routers.map(({ name, rule: text, ruleSyntax, priority, entryPoints, tls, broken }) => {
    const field = `traefik.http.routers.${name}`
    return {
      service: `svc-${name}`,
      address: address.host,
      port: address.port,
      tags: [
        'traefik.enable=true',
        `${field}.rule=${text}`,
        `${field}.middlewares=${name}`,
        `traefik.http.middlewares.${name}.addprefix.prefix=/${name}@consulcatalog`,
        ...(broken ? [`${field}.service=nosuch`] : []),
        ...(ruleSyntax ? [`${field}.ruleSyntax=${ruleSyntax}`] : []),
        ...(priority === undefined ? [] : [`${field}.priority=${priority}`]),
        ...(entryPoints.length > 0 ? [`${field}.entrypoints=${entryPoints.join(',')}`] : []),
        ...(tls ? [`${field}.tls=true`] : []),
      ],
    }
  })
}
