import { z } from 'zod'
import { DURATION_PATTERN, parseDuration } from '../domain/duration.ts'

/** A duration as plans write it (`500ms`, `1m30s`); milliseconds in code. */
export const duration = (description: string): z.ZodType<number, string> =>
  z
    .string()
    .regex(new RegExp(DURATION_PATTERN), 'a duration such as 500ms, 5s or 1m30s')
    .transform((text) => parseDuration(text) ?? 0)
    .describe(description)

/** A name in Nomad, Kubernetes or Traefik: not empty, no white space. */
export const name = (description: string): z.ZodType<string, string> =>
  z.string().regex(/^\S+$/, 'a name without spaces').describe(description)

/** A path relative to the plan file. */
export const path = (description: string): z.ZodType<string, string> => z.string().min(1).describe(description)

/** `host:port`. */
export const address = (description: string): z.ZodType<string, string> =>
  z
    .string()
    .regex(/^(\[[0-9a-fA-F:]+\]|[^\s:]+):[0-9]{1,5}$/, 'host:port')
    .describe(description)
