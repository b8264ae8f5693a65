import { z } from 'zod'
import type { DryRun } from './contract.ts'

const policy = z.object({
  interval: z.number(),
  timeout: z.number(),
  successThreshold: z.number(),
  hold: z.number(),
  failureThreshold: z.number(),
  inconclusive: z.enum(['pause', 'fail', 'ignore']),
})

const change = z.object({
  system: z.string(),
  object: z.string(),
  action: z.enum(['create', 'update', 'delete', 'stop']),
  before: z.json().optional(),
  after: z.json().optional(),
  notCheckable: z.string().optional(),
  remarks: z.array(z.string()).optional(),
})

const problem = z.object({
  code: z.string(),
  summary: z.string(),
  attempted: z.string().optional(),
  details: z.array(z.string()).optional(),
  next: z.array(z.string()),
  location: z
    .union([
      z.object({ file: z.string(), line: z.number(), column: z.number(), text: z.string().optional(), length: z.number().optional() }),
      z.object({ file: z.string() }),
    ])
    .optional(),
  cause: z.string().optional(),
  effect: z.enum(['no', 'unknown']).optional(),
  exitCode: z.number().optional(),
})

const step = z.object({
  step: z.string(),
  kind: z.string(),
  reaches: z.string().optional(),
  changes: z.array(change),
  waits: z.object({ what: z.string(), says: z.string().optional(), policy }).optional(),
  gates: z.array(z.object({ kind: z.string(), says: z.string().optional(), policy })),
  basis: z.array(z.object({ name: z.string(), sha256: z.string() })),
  warnings: z.array(z.string()),
  ifItFails: z.union([z.object({ rollbackTo: z.string() }), z.object({ pause: z.string() })]),
  irreversible: z.string().optional(),
  confirm: z.string().optional(),
})

/** A saved dry run. Fields that a newer version added are kept out, never trusted. */
export const dryRunSchema = z.object({
  schema: z.literal(1),
  plan: z.string(),
  planDigest: z.string(),
  files: z.record(z.string(), z.string()),
  from: z.string(),
  to: z.string(),
  lab: z.boolean(),
  findings: z.array(
    z.object({
      target: z.string(),
      finding: z.object({ what: z.string(), verdict: z.enum(['pass', 'warn', 'fail']), problem: problem.optional() }),
    }),
  ),
  steps: z.array(step),
  seals: z.object({ salt: z.string(), steps: z.record(z.string(), z.string()) }).optional(),
}) satisfies z.ZodType<DryRun>
