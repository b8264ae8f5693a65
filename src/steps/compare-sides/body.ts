import { firstDifference, bothAt, precededBy } from './first-difference.ts'
import { htmlText } from './html-text.ts'
import type { Answer } from './pair.ts'

/** A body is cut here by the visitor's port; a character that the cut goes through, of at most four bytes, is left out. */
const LIMIT = 1_048_576
const LONGEST_CHARACTER = 4
/** What the decoder puts in place of bytes that are not UTF-8. */
const NOT_UTF8 = '\ufffd'

export type BodyComparison =
  | { readonly result: 'same'; readonly note?: string }
  | { readonly result: 'different'; readonly text: string }
  /** Nothing differs in what was read, but that is not all. */
  | { readonly result: 'not-comparable'; readonly text: string }

/** `cut` takes out what the plan says to ignore. */
export function compareBodies(old: Answer, fresh: Answer, how: 'exact' | 'text', cut: (text: string) => string): BodyComparison {
  const texts = textsOf(old, fresh, how)
  const [before, after] = [cut(texts.old), cut(texts.new)]
  const at = firstDifference(before, after)
  if (at === undefined) return whatEqualMeans(old, fresh, how, { compared: texts.old, left: before })
  return {
    result: 'different',
    text: texts.visible ? `text differs ${bothAt(before, after, at)}` : `body differs ${place(before, after, at)}`,
  }
}

interface Texts {
  readonly old: string
  readonly new: string
  /** Both are what a visitor reads, so that a piece of them may be shown. */
  readonly visible: boolean
}

/** What is compared: all of it, or with `text` what a visitor reads of a page, if there is anything to read without scripts. */
function textsOf(old: Answer, fresh: Answer, how: 'exact' | 'text'): Texts {
  const whole: Texts = { old: old.body, new: fresh.body, visible: false }
  if (how === 'exact' || !isText(old) || !isText(fresh)) return whole
  if (isHtml(old) && isHtml(fresh)) {
    const pages = [htmlText(old.body), htmlText(fresh.body)] as const
    if (pages.every((page) => page.text === '')) return whole
    const [before, after] = pages.map(({ title, text }) => `${title}\n${text}`)
    return { old: before ?? '', new: after ?? '', visible: true }
  }
  return { old: lines(old.body), new: lines(fresh.body), visible: false }
}

const lines = (text: string): string => text.replaceAll('\r\n', '\n').trimEnd()

/** The differing characters themselves may be a token: what stands before them is enough to find them. */
function place(old: string, fresh: string, at: number): string {
  const before = old.slice(0, at)
  const line = before.slice(before.lastIndexOf('\n') + 1)
  return `in line ${before.split('\n').length} ${precededBy(line, line.length)} (${old.length} and ${fresh.length} characters)`
}

function whatEqualMeans(old: Answer, fresh: Answer, how: 'exact' | 'text', texts: { compared: string; left: string }): BodyComparison {
  const both = [old, fresh]
  if (both.some(({ body }) => Buffer.byteLength(body) > LIMIT - LONGEST_CHARACTER)) {
    return { result: 'not-comparable', text: 'body is longer than 1 MiB: only its beginning could be compared, which is the same' }
  }
  if (texts.compared.trim() !== '' && texts.left.trim() === '') {
    return { result: 'not-comparable', text: '`ignore` cut out the whole body, so nothing of it was compared' }
  }
  if (!both.some(({ body }) => body.includes(NOT_UTF8))) return { result: 'same' }
  const type = old.headers['content-type'] ?? 'of no type'
  return how === 'text' && both.every(isText)
    ? { result: 'same', note: `body (${type}) has bytes that are not UTF-8; these were not compared` }
    : { result: 'not-comparable', text: `body (${type}) is not UTF-8 text, and its bytes could not be compared` }
}

const typeOf = ({ headers }: Answer): string => (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''

const isHtml = (answer: Answer): boolean =>
  ['text/html', 'application/xhtml+xml'].includes(typeOf(answer)) ||
  (typeOf(answer) === '' && /^\s*<(!doctype html|html)\b/i.test(answer.body))

/** An answer without a type is read as text if it is. */
const isText = (answer: Answer): boolean =>
  isHtml(answer) ||
  /^text\/|[/+](json|xml|javascript|ecmascript|x-www-form-urlencoded|yaml)$/.test(typeOf(answer)) ||
  (typeOf(answer) === '' && !answer.body.includes(NOT_UTF8))
