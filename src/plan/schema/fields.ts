import { z } from 'zod'
import { DURATION_PATTERN, parseDuration } from '../../domain/duration.ts'

/** `1m30s` in a plan, milliseconds in code. */
export const duration = (): z.ZodType<number, string> =>
  z
    .string({ error: DURATION_EXPECTED })
    .regex(new RegExp(DURATION_PATTERN), { error: DURATION_EXPECTED })
    .transform((text) => parseDuration(text) ?? 0)

export const DURATION_EXPECTED = 'must be a duration such as 500ms, 30s or 1m30s'

/** Names that become file names, annotations and arguments: `jayne-martin-counselling`. */
export const name = (what: string): z.ZodString => {
  const error = `must be ${what} of lower-case letters, digits and hyphens, at most 63 characters`
  return z.string({ error }).regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, { error })
}

/** A string that may hold templates; what they give is known only in a run. */
export const template = (): z.ZodString => z.string().min(1)

/** Like `template`; what is written out must be an http or https URL. */
export const urlTemplate = (example: string): z.ZodString =>
  template().refine((text) => text.includes('${') || isHttpUrl(text), { error: `must be an http or https URL such as ${example}` })

/** Like `template`; what is written out must be host:port. */
export const addressTemplate = (): z.ZodString =>
  template().refine((text) => text.includes('${') || isHostAndPort(text), { error: 'must be host:port, such as 192.168.1.5:443' })

export function isHttpUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text)
}

function isHostAndPort(text: string): boolean {
  const port = /^(?:\[[0-9a-fA-F:.]+\]|[^\s:/[\]]+):([0-9]{1,5})$/.exec(text)?.[1]
  return port !== undefined && Number(port) >= 1 && Number(port) <= 65_535
}
