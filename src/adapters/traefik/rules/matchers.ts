import type { RouteQuestion } from '../../../domain/ports/edge.ts'
import type { Answer } from './answer.ts'
import { and, known, or } from './answer.ts'
import { goRegexpFinds } from './go-regexp.ts'

type Matcher = (values: readonly string[], question: RouteQuestion) => Answer

/** Traefik v3's HTTP matchers, by their documented names; each with exactly the parameters that v3 takes. */
const MATCHERS: Readonly<Record<string, { readonly parameters: readonly number[]; readonly matches: Matcher }>> = {
  Host: { parameters: [1], matches: ([host = ''], question) => matchesHost(host.toLowerCase(), hostOf(question)) },
  HostRegexp: { parameters: [1], matches: ([pattern = ''], question) => goRegexpFinds(pattern, hostOf(question)) },
  Path: { parameters: [1], matches: ([path], question) => withPath(question, (asked) => known(asked === path)) },
  PathPrefix: { parameters: [1], matches: ([prefix = ''], question) => withPath(question, (asked) => known(asked.startsWith(prefix))) },
  PathRegexp: { parameters: [1], matches: ([pattern = ''], question) => withPath(question, (asked) => goRegexpFinds(pattern, asked)) },
  Method: { parameters: [1], matches: ([method = ''], question) => known(method.toUpperCase() === question.method) },
  Header: { parameters: [2], matches: ([name = '', value], question) => withHeader(question, name, (sent) => known(sent === value)) },
  HeaderRegexp: {
    parameters: [2],
    matches: ([name = '', pattern = ''], question) => withHeader(question, name, (sent) => goRegexpFinds(pattern, sent)),
  },
  Query: { parameters: [1, 2], matches: ([name = '', value = ''], question) => withQuery(question, name, (sent) => known(sent === value)) },
  QueryRegexp: {
    parameters: [1, 2],
    matches: ([name = '', pattern], question) =>
      withQuery(question, name, (sent) => (pattern === undefined ? known(sent === '') : goRegexpFinds(pattern, sent))),
  },
  /** The question does not say where the visitor is. */
  ClientIP: { parameters: [1], matches: () => 'unknown' },
}

/** Traefik knows each name as documented, in lower and upper case, and with only its first letter in upper case. */
const BY_NAME = new Map(
  Object.entries(MATCHERS).flatMap(([name, matcher]) => {
    const lower = name.toLowerCase()
    return [name, lower, name.toUpperCase(), lower.charAt(0).toUpperCase() + lower.slice(1)].map((each) => [each, matcher] as const)
  }),
)

/** v2's `Host` takes several names. Nothing else of v2 is decided; it is enough to tell rules about other hosts apart. */
const BY_NAME_V2 = new Map<string, Matcher>(
  ['Host', 'HostHeader'].map((name) => [
    name,
    (hosts, question) => hosts.map((host) => matchesHost(host.toLowerCase(), hostOf(question))).reduce(or),
  ]),
)

/** Whether one matcher matches; unknown names, other numbers of parameters and empty ones are not guessed. */
export function matches(name: string, values: readonly string[], question: RouteQuestion, syntax: 'v2' | 'v3'): Answer {
  if (values.includes('')) return 'unknown'
  if (syntax === 'v2') return BY_NAME_V2.get(name)?.(values, question) ?? 'unknown'
  const matcher = BY_NAME.get(name)
  return matcher?.parameters.includes(values.length) === true ? matcher.matches(values, question) : 'unknown'
}

const hostOf = ({ host }: RouteQuestion): string => host.toLowerCase().replace(/:\d+$/, '')

/** Equal but for one final dot on either side. A `*` is a wildcard since 3.7 and was none before: not decided where that matters. */
function matchesHost(expression: string, asked: string): Answer {
  if (asked === '') return expression === '*' ? 'unknown' : 'no'
  if (!/^[\x21-\x7e]+$/.test(expression) || !/^[\x21-\x7e]+$/.test(asked)) return 'unknown'
  const bare = (host: string) => host.replace(/\.$/, '')
  if (!expression.startsWith('*')) return known(bare(expression) === bare(asked))
  const wildcard = ['*', ...bare(asked).split('.').slice(1)].join('.')
  return expression === '*' || bare(expression) === wildcard ? 'unknown' : 'no'
}

/** Traefik cleans and partly decodes a path before it routes; only a path on which that does nothing is decided. */
function withPath({ path }: RouteQuestion, decide: (path: string) => Answer): Answer {
  const [asked = ''] = path.split('?', 1)
  return /^\/[\w\-.~!$&'()*+,;=:@/]*$/.test(asked) && !/\/\/|\/\.{1,2}(?:\/|$)/.test(asked) ? decide(asked) : 'unknown'
}

/** Headers that visitors, or Traefik for them, send without the question saying so. */
const SENT_ANYWAY =
  /^(?:accept(?:-.*)?|user-agent|cookie|referer|origin|authorization|connection|cache-control|pragma|dnt|upgrade.*|sec-.*|if-.*|range|te|content-.*|x-forwarded-.*|x-real-ip|forwarded|via|priority|transfer-encoding)$/

function withHeader({ headers = {} }: RouteQuestion, name: string, decide: (value: string) => Answer): Answer {
  const wanted = name.toLowerCase()
  if (wanted === 'host') return 'no'
  const sent = Object.entries(headers).filter(([each]) => each.toLowerCase() === wanted)
  if (/^(?:x-forwarded-.*|x-real-ip|connection|transfer-encoding)$/.test(wanted)) return 'unknown'
  if (sent.length === 0) return SENT_ANYWAY.test(wanted) ? 'unknown' : 'no'
  return sent.map(([, value]) => decide(value)).reduce(or)
}

/** Any value of the parameter; an odd query (`;`, broken escapes) is read differently by Go and not decided. */
function withQuery({ path }: RouteQuestion, name: string, decide: (value: string) => Answer): Answer {
  const query = path.includes('?') ? path.slice(path.indexOf('?') + 1) : ''
  if (/;|%(?![0-9A-Fa-f]{2})/.test(query)) return 'unknown'
  const values = new URLSearchParams(query).getAll(name)
  return values.length === 0 ? 'no' : and('yes', values.map(decide).reduce(or))
}
