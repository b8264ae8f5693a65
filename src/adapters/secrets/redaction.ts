/** Shorter values are not redacted: `80` would blacken every number. */
const SHORTEST = 4
/** A line of a secret of several lines is one of its own from this length on (a line of a key, but no `}`). */
const SHORTEST_LINE = 16
/** The certain part of a value inside a longer base64 text must be at least this long to be told from chance. */
const SHORTEST_INNER = 8

export interface Redaction {
  /** From now on `value`, in any of its forms, is replaced by `label`. */
  add(value: string, label: string): void
  redact(text: string): string
}

/** Replaces secrets in text. Occurrences that overlap are replaced as one, so that no end of one is left standing. */
export function createRedaction(): Redaction {
  const labels = new Map<string, string>()
  return {
    add: (value, label) => {
      for (const form of formsOf(value)) if (!labels.has(form)) labels.set(form, label)
    },
    redact: (text) => {
      let result = ''
      let from = 0
      for (const { start, end, label } of merged(occurrences(text, labels))) {
        result += text.slice(from, start) + label
        from = end
      }
      return result + text.slice(from)
    },
  }
}

interface Occurrence {
  readonly start: number
  readonly end: number
  readonly label: string
}

function occurrences(text: string, labels: ReadonlyMap<string, string>): Occurrence[] {
  const found: Occurrence[] = []
  for (const [form, label] of labels) {
    for (let start = text.indexOf(form); start !== -1; start = text.indexOf(form, start + 1))
      found.push({ start, end: start + form.length, label })
  }
  return found.sort((a, b) => a.start - b.start || b.end - a.end)
}

function merged(sorted: readonly Occurrence[]): readonly Occurrence[] {
  const result: Occurrence[] = []
  for (const each of sorted) {
    const last = result.at(-1)
    if (last === undefined || each.start >= last.end) result.push(each)
    else if (each.end > last.end) result[result.length - 1] = { ...last, end: each.end }
  }
  return result
}

/** The ways a value may show up: as it is, line by line, inside JSON (also twice), in a URL, in base64. */
function formsOf(value: string): ReadonlySet<string> {
  if (value.length < SHORTEST) return new Set()
  const lines = value.split(/\r?\n/).filter((line) => line.length >= SHORTEST_LINE && !line.startsWith('-----'))
  const json = inJson(value)
  return new Set([value, ...lines, json, inJson(json), ...inUrl(value), ...inBase64(value)].filter((form) => form.length >= SHORTEST))
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)

function inUrl(value: string): readonly string[] {
  const asForm = new URLSearchParams({ v: value }).toString().slice(2)
  // Half a surrogate pair cannot be encoded; URLSearchParams replaces it.
  const asPart = /\p{Surrogate}/u.test(value) ? asForm : encodeURIComponent(value)
  return [asForm, asPart].flatMap((text) => [text, text.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase())])
}

/** On its own, and as a part of something longer (`user:secret` of basic authentication), where it may begin at any of three offsets. */
function inBase64(value: string): readonly string[] {
  const bytes = Buffer.from(value)
  const whole = bytes.toString('base64')
  const inner = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    // Characters that also hold bits of what stands before or after are not certain.
    return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6))
  })
  const forms = [whole, whole.replace(/=+$/, ''), ...inner.filter((text) => text.length >= SHORTEST_INNER)]
  return forms.flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')])
}
