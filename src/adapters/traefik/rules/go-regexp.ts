import type { Answer } from './answer.ts'
import { known } from './answer.ts'

/** Escapes that mean the same in Go's RE2 and in JavaScript on ASCII text. */
const SAME_ESCAPES = /\\(?:[dwsDWSb]|[^A-Za-z0-9\s])/g
/** A repeated group that repeats or chooses inside could take JavaScript exponential time; RE2 never. */
const NESTED_REPETITION = /\((?:[^()]|\([^()]*\))*[*+{|](?:[^()]|\([^()]*\))*\)(?:[*+]|\{\d*,)/

/**
 * Whether a Go regular expression (RE2, not anchored by itself) is found in the text; `unknown` where the pattern uses what the two
 * languages read differently, or what could take long here.
 */
export function goRegexpFinds(pattern: string, text: string): Answer {
  if (!isAscii(pattern) || !isAscii(text)) return 'unknown'
  const ignoreCase = pattern.startsWith('(?i)')
  const body = ignoreCase ? pattern.slice(4) : pattern
  if (!readsTheSame(body) || NESTED_REPETITION.test(body)) return 'unknown'
  try {
    return known(new RegExp(body, ignoreCase ? 'i' : '').test(text))
  } catch {
    return 'unknown'
  }
}

function readsTheSame(pattern: string): boolean {
  const bare = pattern.replace(SAME_ESCAPES, 'e')
  const classes = bare.match(/\[[^\]]*\]/g) ?? []
  const outside = bare.replace(/\[[^\]]*\]/g, 'c')
  if (bare.includes('\\') || classes.some((each) => /^\[\^?$|^\[\^?\]|\[./.test(each.slice(1)) || each === '[]' || each === '[^]'))
    return false
  if (/\(\?(?!:)|[[\]]/.test(outside)) return false
  return !/[*+?}][*+{]|\{(?!\d{1,3}(?:,\d{0,3})?\})/.test(outside)
}

const isAscii = (text: string): boolean => /^\p{ASCII}*$/u.test(text)
