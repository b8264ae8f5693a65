import { createHash } from 'node:crypto'
import type { Json } from '../../../domain/json.ts'
import type { RemoteFile } from '../../../domain/ports/host.ts'
import type { Outline } from './outline.ts'
import { parseWhole } from './outline-by-yaml.ts'
import { scanOutline } from './outline-by-scan.ts'
import { maskTemplates } from './template.ts'
import type { FileText } from './text.ts'
import { decode } from './text.ts'

/** Up to this many characters (about 600 routers) every file goes through the full YAML parser, before and after an edit. */
const ALWAYS_PARSED_WHOLE = 100_000

/** The dynamic file, read and located. Offsets of the outline count in `file.text`. */
export interface Understanding {
  readonly file: FileText
  readonly outline: Outline
  /** True where the full parser gave the outline, so that `value()` costs nothing more. */
  readonly parsedWhole: boolean
  /** The whole file as data; a file of thousands of routers takes the full parser a second. */
  readonly value: () => Json
}

/** Reads structure and places; rejects with a problem of `file-problem.ts` what is broken or could not be edited safely. */
export function understand(file: FileText): Understanding {
  const masked = { path: file.path, text: maskTemplates(file) }
  const scanned = masked.text.length > ALWAYS_PARSED_WHOLE ? scanOutline(masked) : undefined
  if (scanned !== undefined) {
    let whole: Json | undefined
    return { file, outline: scanned, parsedWhole: false, value: () => (whole ??= parseWhole(masked).value) }
  }
  const { outline, value } = parseWhole(masked)
  return { file, outline, parsedWhole: true, value: () => value }
}

/** Files that were understood last, by path and content: a run reads the same few many times. */
const understood = new Map<string, Understanding>()
const KEPT = 8

/** The same for a file as a host gave it; content that was understood lately is not read again. */
export function understandFile(file: RemoteFile): Understanding {
  // Of the bytes themselves: a file that is made up, such as one with an edit not written yet, may carry another's hash.
  const key = `${file.path}\n${createHash('sha256').update(file.bytes).digest('hex')}`
  const known = understood.get(key) ?? understand(decode(file.path, file.bytes))
  understood.delete(key)
  understood.set(key, known)
  for (const oldest of [...understood.keys()].slice(0, -KEPT)) understood.delete(oldest)
  return known
}
