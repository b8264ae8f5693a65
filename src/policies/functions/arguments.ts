import { allContainers } from './pods.ts'
import { looksSecret } from './secrets.ts'
import type { Value } from './value.ts'
import { listOf, textOf } from './value.ts'

/** A word of `command` or `args`; never its text, which may be printed. */
export interface Argument {
  readonly object: string
  readonly path: string
  readonly container: string
  /** What it belongs to, where that says that it is a secret: `password` of `--password=x` and of `--password x`; else ''. */
  readonly flag: string
  readonly secret: boolean
}

export function commandArguments(object: Value): readonly Argument[] {
  return allContainers(object).flatMap((container) => {
    const words = (['command', 'args'] as const).flatMap((list) =>
      listOf(container[list]).map((word, index) => ({ text: textOf(word), path: `${container.path}.${list}[${index}]` })),
    )
    return words.map(({ text, path }, at) => {
      const named = [...ofFlag(words[at - 1]?.text ?? '', text), ...assignments(text)]
      const secret = named.find(({ key, value }) => !value.startsWith('`') && looksSecret(key, withoutShellVariables(value)))
      return {
        object: container.object,
        path,
        container: textOf(container['name']),
        flag: secret?.key ?? '',
        secret: secret !== undefined || looksSecret('', withoutShellVariables(text)),
      }
    })
  })
}

interface Named {
  readonly key: string
  readonly value: string
}

/** The word after `--password`. */
function ofFlag(before: string, text: string): readonly Named[] {
  const key = /^--?([A-Za-z][\w.-]*)$/.exec(before)?.[1]
  return key === undefined || text.startsWith('-') ? [] : [{ key, value: text }]
}

const VALUE = `"[^"]*"|'[^']*'|[^\\s;&|"'-][^\\s;&|"']*`
/** `--key=value`, `KEY=value` in a line of a shell, and `--key value` in one. */
const ASSIGNMENT = new RegExp(`(?:^|[\\s;&|("'])-{0,2}([A-Za-z_][\\w.-]*)=(${VALUE})`, 'g')
const FLAG = new RegExp(`(?:^|\\s)--?([A-Za-z][\\w.-]*)[ \\t]+(${VALUE})`, 'g')

const assignments = (text: string): readonly Named[] =>
  [...text.matchAll(ASSIGNMENT), ...text.matchAll(FLAG)].map(([, key = '', value = '']) => ({
    key,
    value: value.replace(/^(["'])(.*)\1$/s, '$2'),
  }))

/** What the shell fills in stands for a value, as `${NAME}` does: `--token $TOKEN`, `postgres://shop:$PASSWORD@db`. */
const withoutShellVariables = (text: string): string => text.replace(/\$([A-Za-z_]\w*)/g, '${$1}')
