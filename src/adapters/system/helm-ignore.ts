/** Whether helm leaves a file or folder of a chart out; `path` is its path in the chart. What lies in a folder that is left out is not asked about. */
export type IsLeftOut = (path: string, isFolder: boolean) => boolean

/** What helm adds to every `.helmignore`. */
const ALWAYS = 'templates/.?*'

/**
 * A chart's `.helmignore` as helm reads it (helm documentation, "The .helmignore file"): one pattern a line, no `**`, and `!pattern` leaves out all that does not fit it. Where helm
 * would refuse a line nothing is left out, and helm says so.
 */
export function readHelmIgnore(text: string): IsLeftOut {
  const lines = [...text.replace(/^\uFEFF/, '').split('\n'), ALWAYS].map((line) => line.trim())
  const patterns = lines.filter((line) => line !== '' && !line.startsWith('#')).map(readPattern)
  if (patterns.includes(undefined)) return () => false
  return (path, isFolder) => patterns.some((pattern) => pattern?.(path, isFolder))
}

function readPattern(line: string): IsLeftOut | undefined {
  const isNegated = line.startsWith('!')
  const foldersOnly = line.endsWith('/')
  const pattern = line.replace(/^!/, '').replace(/\/$/, '')
  const whole = pattern.includes('/')
  const expression = globExpression(pattern.replace(/^\//, ''))
  if (expression === undefined) return undefined
  const fits = (path: string): boolean => expression.test(whole ? path : path.slice(path.lastIndexOf('/') + 1))
  if (isNegated) return (path, isFolder) => (foldersOnly && !isFolder) || !fits(path)
  return (path, isFolder) => (!foldersOnly || isFolder) && fits(path)
}

/** One character of a class: `-` and `]` only behind a backslash. */
const MEMBER = String.raw`(?:\\.|[^\\\]-])`
const PART = new RegExp(String.raw`\*|\?|\[\^?(?:${MEMBER}(?:-${MEMBER})?)+\]|\\.|[^*?[\\]`, 'gsu')

/** `*` and `?` stop at `/`; `[a-z]`, `[^a-z]` and `\x` are as in Go's path/filepath.Match. Undefined for what that refuses, and for `**`. */
function globExpression(pattern: string): RegExp | undefined {
  const parts = pattern.match(PART) ?? []
  if (pattern.includes('**') || parts.join('') !== pattern) return undefined
  return new RegExp(`^${parts.map(expressionOf).join('')}$`, 'su')
}

function expressionOf(part: string): string {
  if (part === '*') return '[^/]*'
  if (part === '?') return '[^/]'
  return part.length > 2 && part.startsWith('[') ? classOf(part) : literal(part)
}

/** A range from high to low has nobody in it. */
function classOf(part: string): string {
  const negated = part.startsWith('[^')
  const ranges = part.slice(negated ? 2 : 1, -1).matchAll(new RegExp(`(${MEMBER})(?:-(${MEMBER}))?`, 'gsu'))
  const inside = [...ranges].flatMap(([, low = '', high = low]) =>
    codeOf(low) <= codeOf(high) ? [`${literal(low)}-${literal(high)}`] : [],
  )
  return `[${negated ? '^' : ''}${inside.join('')}]`
}

/** By its number, so that it means nothing but itself. */
const literal = (character: string): string => `\\u{${codeOf(character).toString(16)}}`
const codeOf = (character: string): number => character.replace(/^\\(?=.)/su, '').codePointAt(0) ?? 0
