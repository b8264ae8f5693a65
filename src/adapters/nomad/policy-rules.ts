import type { Json, JsonObject } from '../../domain/json.ts'
import { isList, listOf, objectOf, textOf } from './json-fields.ts'

/** One `namespace "pattern" { … }` of a policy. */
export interface NamespaceRule {
  /** A name, or a glob with `*`. */
  readonly pattern: string
  /** The shorthand: `read`, `write`, `scale`, `deny`, or empty. */
  readonly policy: string
  readonly capabilities: readonly string[]
}

/**
 * The namespace rules of a policy as the API gives it: `RulesJSON` where the server has it (1.9 and later), otherwise the
 * HCL or JSON text in `Rules`. Undefined where the text cannot be understood.
 */
export function namespaceRules(policy: JsonObject): readonly NamespaceRule[] | undefined {
  const parsed = policy['RulesJSON']
  if (parsed !== undefined && parsed !== null) {
    return listOf(objectOf(parsed)['Namespaces']).map((each) => {
      const rule = objectOf(each)
      return { pattern: textOf(rule['Name']), policy: textOf(rule['Policy']), capabilities: texts(rule['Capabilities']) }
    })
  }
  const text = textOf(policy['Rules'])
  return text.trimStart().startsWith('{') ? rulesOfJson(text) : rulesOfHcl(text)
}

/** What a policy says of nodes: `read`, `write`, `deny`, or empty. Undefined where its text cannot be understood. */
export function nodeRule(policy: JsonObject): string | undefined {
  const parsed = policy['RulesJSON']
  if (parsed !== undefined && parsed !== null) return textOf(objectOf(objectOf(parsed)['Node'])['Policy'])
  const text = textOf(policy['Rules'])
  const blocks = text.trimStart().startsWith('{') ? jsonBlocks(text, 'node') : hclBlocks(text, 'node')
  return blocks && textOf(objectOf(blocks.at(-1)?.body)['policy'])
}

const texts = (value: Json | undefined): readonly string[] => listOf(value).map(textOf)

interface Block {
  readonly label: string | undefined
  readonly body: Json
}

const ruleOf = ({ label = '', body }: Block): NamespaceRule => {
  const rule = objectOf(body)
  return { pattern: label, policy: textOf(rule['policy']), capabilities: texts(rule['capabilities']) }
}

const rulesOfJson = (text: string): readonly NamespaceRule[] | undefined =>
  jsonBlocks(text, 'namespace')?.flatMap(({ body: pattern }) =>
    Object.entries(objectOf(pattern)).flatMap(([label, bodies]) =>
      (isList(bodies) ? bodies : [bodies]).map((body) => ruleOf({ label, body: body ?? null })),
    ),
  )

/** The values of one member of a policy in JSON, which may be a list of blocks. */
function jsonBlocks(text: string, key: string): readonly Block[] | undefined {
  try {
    const value: Json | undefined = objectOf(JSON.parse(text))[key]
    return (isList(value) ? value : [value]).map((body) => ({ label: undefined, body: body ?? null }))
  } catch {
    return undefined
  }
}

/** Comments, then texts, words and the few signs that policies use; anything else is one odd character. */
const TOKEN = /#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\]|\\.)*"|[\w.*-]+|[{}[\]=,]|\S/g

/** Reads `namespace "x" { policy = "write" capabilities = ["a", "b"] variables { … } }` and skips every other block. */
const rulesOfHcl = (text: string): readonly NamespaceRule[] | undefined =>
  hclBlocks(text, 'namespace')
    ?.filter((block) => block.label !== undefined)
    .map(ruleOf)

function hclBlocks(text: string, wanted: string): readonly Block[] | undefined {
  const reader = new HclReader([...text.matchAll(TOKEN)].map(([token]) => token).filter((token) => !/^(#|\/\/|\/\*)/.test(token)))
  try {
    const blocks: Block[] = []
    while (!reader.atEnd()) {
      const { key, labels, value } = reader.member()
      if (unquoted(key) === wanted && !isList(value)) blocks.push({ label: labels[0], body: value })
    }
    return blocks
  } catch {
    return undefined
  }
}

class HclReader {
  readonly #tokens: readonly string[]
  #at = 0

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens
  }

  atEnd(): boolean {
    return this.#at >= this.#tokens.length
  }

  /** `key = value`, `key "label" { … }` or `key { … }`. */
  member(): { readonly key: string; readonly labels: readonly string[]; readonly value: Json } {
    const key = this.#take()
    if (!/^[\w"]/.test(key)) throw new Error(`a name was expected, not ${key}`)
    const labels: string[] = []
    while (this.#peek()?.startsWith('"')) labels.push(unquoted(this.#take()))
    if (this.#peek() === '=') this.#take()
    return { key, labels, value: this.#value() }
  }

  #value(): Json {
    const token = this.#take()
    if (token === '{') return this.#block()
    if (token === '[') return this.#list()
    if (!/^[\w"]/.test(token)) throw new Error(`a value was expected, not ${token}`)
    return unquoted(token)
  }

  #block(): Json {
    const members: [string, Json][] = []
    while (this.#peek() !== '}') {
      const { key, value } = this.member()
      members.push([unquoted(key), value])
      if (this.#peek() === ',') this.#take()
    }
    this.#take()
    return Object.fromEntries(members)
  }

  #list(): Json {
    const items: Json[] = []
    while (this.#peek() !== ']') {
      items.push(this.#value())
      if (this.#peek() === ',') this.#take()
    }
    this.#take()
    return items
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at]
  }

  #take(): string {
    const token = this.#tokens[this.#at]
    if (token === undefined) throw new Error('the text ends too early')
    this.#at++
    return token
  }
}

const unquoted = (token: string): string => (token.startsWith('"') ? token.slice(1, -1).replaceAll(/\\(.)/g, '$1') : token)
