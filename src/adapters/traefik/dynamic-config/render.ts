import type { Json, JsonObject } from '../../../domain/json.ts'
import type { Style } from './style.ts'

/** The lines of one key of a section, each with its line ending, in the style of the file. */
export function renderKey(name: string, value: JsonObject, style: Style): string {
  const lines = renderEntry(name, value, style.columns.key, style)
  return lines.map((line) => line + style.eol).join('')
}

function renderEntry(key: string, value: Json | undefined, column: number, style: Style): readonly string[] {
  const head = `${' '.repeat(column)}${scalar(key, 'key')}:`
  if (isList(value) && value.length > 0 && style.list !== 'flow' && value.every(isScalarValue)) {
    const dash = ' '.repeat(column + style.list.dash)
    return [head, ...value.map((item) => `${dash}- ${inline(item)}`)]
  }
  if (!isObject(value) || Object.keys(value).length === 0) return [`${head} ${inline(value)}`]
  return [head, ...Object.entries(value).flatMap(([inner, member]) => renderEntry(inner, member, column + style.step, style))]
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)
const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !isList(value)
const isScalarValue = (value: Json): boolean => typeof value !== 'object' || value === null

function inline(value: Json | undefined): string {
  if (value === undefined || value === null) return 'null'
  if (typeof value === 'string') return scalar(value, 'value')
  if (isList(value)) return `[${value.map((item) => flowItem(item)).join(', ')}]`
  if (isObject(value))
    return `{${Object.entries(value)
      .map(([key, member]) => `${scalar(key, 'flow')}: ${flowItem(member)}`)
      .join(', ')}}`
  return String(value)
}

const flowItem = (value: Json | undefined): string => (typeof value === 'string' ? scalar(value, 'flow') : inline(value))

const PLAIN = {
  key: /^[A-Za-z_][\w.@/-]*$/,
  value: /^[A-Za-z_/](?:[\w./@~^*+()[\]{}|&!?<>=$%;,`-]|:(?=[^\s])| (?=[^\s#]))*$/,
  flow: /^[A-Za-z_/][\w./@-]*$/,
}
/** What some reader of YAML 1.1 or 1.2 takes for something other than text. */
const NOT_TEXT = /^(?:true|false|yes|no|on|off|y|n|null|nan|inf|infinity)$/i

/** Plain where no reader can take it for anything else, quoted otherwise. */
function scalar(text: string, place: keyof typeof PLAIN): string {
  if (PLAIN[place].test(text) && !NOT_TEXT.test(text) && !text.endsWith(':')) return text
  return /^[\x20-\x7e\u00a1-\ud7ff\ue000-\ufffd]*$/.test(text) ? `'${text.replaceAll("'", "''")}'` : JSON.stringify(text)
}
