/** What a page says, as far as markup alone tells: no styles are applied and no script is run. */
export interface HtmlText {
  readonly title: string
  /** Visible text of the page, white space folded. */
  readonly text: string
}

/** Their content is no text for a visitor whose browser runs scripts. */
const UNSEEN = new Set(['script', 'style', 'template', 'noscript'])
/** Tags within a word or sentence: nothing is put in their place; a space is for all others. */
const INLINE = new Set(
  'a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark q s samp small span strike strong sub sup time tt u var wbr'.split(
    ' ',
  ),
)

/** Reads once from left to right, whatever the page holds: time grows with its length alone. Broken markup is read as browsers do: what is not closed runs to the end. */
export function htmlText(html: string): HtmlText {
  let at = 0
  let title = ''
  let text = ''
  while (at < html.length) {
    const open = html.indexOf('<', at)
    if (open === -1) {
      text += html.slice(at)
      break
    }
    text += html.slice(at, open)
    const tag = tagAt(html, open)
    if (tag === undefined) {
      text += '<'
      at = open + 1
      continue
    }
    at = tag.end
    if (!tag.closes && (UNSEEN.has(tag.name) || tag.name === 'title')) {
      const content = contentOf(tag.name, html, tag.end)
      if (tag.name === 'title') title += ` ${content.text}`
      at = content.end
    }
    if (tag.name !== '' && !INLINE.has(tag.name)) text += ' '
  }
  return { title: fold(decode(title)), text: fold(decode(text)) }
}

export const fold = (text: string): string => text.replace(/\s+/g, ' ').trim()

interface Tag {
  /** Lower case; empty for comments and declarations. */
  readonly name: string
  readonly closes: boolean
  /** Offset after it. */
  readonly end: number
}

const TAG_NAME = /[A-Za-z][^\s/>]*/y

/** The tag, comment or declaration at this `<`; undefined where it is a character of the text. */
function tagAt(html: string, open: number): Tag | undefined {
  if (html.startsWith('<!--', open)) return { name: '', closes: false, end: endOfComment(html, open) }
  const second = html.charAt(open + 1)
  if (second === '!' || second === '?') return { name: '', closes: false, end: offsetAfter(html, '>', open) }
  const closes = second === '/'
  TAG_NAME.lastIndex = open + (closes ? 2 : 1)
  const name = TAG_NAME.exec(html)?.[0]
  if (name === undefined) return undefined
  return { name: name.toLowerCase(), closes, end: endOfTag(html, TAG_NAME.lastIndex) }
}

/** `<!-->` and `<!--->` are whole comments. */
function endOfComment(html: string, open: number): number {
  const short = /^<!--(-?)>/.exec(html.slice(open, open + 6))
  return short ? open + short[0].length : offsetAfter(html, '-->', open + 4)
}

/** After the `>` of a tag: one inside a quoted value does not count. */
function endOfTag(html: string, from: number): number {
  let valueMayBegin = false
  for (let at = from; at < html.length; at++) {
    const letter = html.charAt(at)
    if (letter === '>') return at + 1
    if (valueMayBegin && (letter === '"' || letter === "'")) {
      const quote = html.indexOf(letter, at + 1)
      if (quote === -1) return html.length
      at = quote
      valueMayBegin = false
    } else if (letter === '=') valueMayBegin = true
    else if (!/\s/.test(letter)) valueMayBegin = false
  }
  return html.length
}

/** Of an element whose content holds no tags, up to its end tag; where there is none, to the end. */
function contentOf(name: string, html: string, from: number): { readonly text: string; readonly end: number } {
  const pattern = new RegExp(`</${name}(?=[\\s/>])`, 'gi')
  pattern.lastIndex = from
  const found = pattern.exec(html)
  return found === null
    ? { text: html.slice(from), end: html.length }
    : { text: html.slice(from, found.index), end: endOfTag(html, pattern.lastIndex) }
}

function offsetAfter(text: string, end: string, from: number): number {
  const at = text.indexOf(end, from)
  return at === -1 ? text.length : at + end.length
}

/** The common ones; another stays as it is written, which compares as well. */
const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  shy: '\u00ad',
  copy: '©',
  reg: '®',
  trade: '™',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  laquo: '«',
  raquo: '»',
  bull: '•',
  middot: '·',
  times: '×',
  euro: '€',
  pound: '£',
  cent: '¢',
  yen: '¥',
  sect: '§',
  deg: '°',
  larr: '←',
  rarr: '→',
  auml: 'ä',
  ouml: 'ö',
  uuml: 'ü',
  Auml: 'Ä',
  Ouml: 'Ö',
  Uuml: 'Ü',
  szlig: 'ß',
  eacute: 'é',
  egrave: 'è',
  agrave: 'à',
  ccedil: 'ç',
}

const decode = (text: string): string =>
  text.replace(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z]+));/g,
    (written, decimal?: string, hexadecimal?: string, name?: string) => {
      if (name !== undefined) return Object.hasOwn(NAMED, name) ? (NAMED[name] ?? written) : written
      const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal)
      return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : written
    },
  )
