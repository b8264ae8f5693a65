import type { LabRequest } from '../contract.ts'

/** Whether a visitor's request matches. Written apart from the adapter's own reading of rules, which it is there to test. */
export type RuleMatcher = (request: LabRequest) => boolean

/** The lab knows Host, Path, PathPrefix, Header, `&&`, `||`, `!` and parentheses; a message says what it does not know. */
export function compileRule(rule: string): RuleMatcher | string {
  const words = rule.match(/`[^`]*`|"[^"]*"|&&|\|\||[A-Za-z]+|\S/g) ?? []
  try {
    const [matcher, rest] = disjunction(words)
    if (rest.length > 0) throw new Error(`cannot read it from ${rest.join(' ')}`)
    return matcher
  } catch (error) {
    return `501: the lab does not know the rule ${rule}: ${error instanceof Error ? error.message : String(error)}`
  }
}

type Step = readonly [RuleMatcher, readonly string[]]

function disjunction(words: readonly string[]): Step {
  const [left, rest] = conjunction(words)
  if (rest[0] !== '||') return [left, rest]
  const [right, after] = disjunction(rest.slice(1))
  return [(request) => left(request) || right(request), after]
}

function conjunction(words: readonly string[]): Step {
  const [left, rest] = term(words)
  if (rest[0] !== '&&') return [left, rest]
  const [right, after] = conjunction(rest.slice(1))
  return [(request) => left(request) && right(request), after]
}

function term(words: readonly string[]): Step {
  const [first = '', ...rest] = words
  if (first === '!') {
    const [matcher, after] = term(rest)
    return [(request) => !matcher(request), after]
  }
  if (first === '(') {
    const [matcher, after] = disjunction(rest)
    if (after[0] !== ')') throw new Error('a parenthesis is not closed')
    return [matcher, after.slice(1)]
  }
  const end = rest.indexOf(')')
  if (rest[0] !== '(' || end === -1) throw new Error(`unexpected ${first}`)
  const values = rest.slice(1, end).filter((word) => word !== ',')
  if (values.length === 0 || values.some((value) => !/^[`"].+[`"]$/.test(value))) throw new Error(`${first} wants text in backticks`)
  return [
    matcherOf(
      first,
      values.map((value) => value.slice(1, -1)),
    ),
    rest.slice(end + 1),
  ]
}

function matcherOf(name: string, [first = '', second]: readonly string[]): RuleMatcher {
  switch (`${name}/${second === undefined ? 1 : 2}`) {
    case 'Host/1':
      return (request) => isHost(first.toLowerCase(), (request.headers['host'] ?? '').toLowerCase().replace(/:\d+$/, ''))
    case 'Path/1':
      return (request) => request.path === first
    case 'PathPrefix/1':
      return (request) => request.path.startsWith(first)
    case 'Header/2':
      return (request) => request.headers[first.toLowerCase()] === second
    default:
      throw new Error(`unsupported function: ${name}`)
  }
}

/** Traefik 3.7: `*.example.test` stands for one label. */
const isHost = (wanted: string, asked: string): boolean =>
  wanted.startsWith('*.') ? asked.slice(asked.indexOf('.')) === wanted.slice(1) && asked.includes('.') : asked === wanted
