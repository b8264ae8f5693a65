import { z } from 'zod'

const DATE_EXPECTED = 'must be a date such as 2027-03-31, the last day on which it holds'
const REASON_EXPECTED = 'must say why, in a sentence'
const OBJECT_EXPECTED = 'must be `Kind/name`, `Kind/namespace/name`, a chart, an image, or `*` for all'

const objectName = z.string().regex(/^[A-Z][A-Za-z]*(\/[a-z0-9]([a-z0-9-]*[a-z0-9])?)?\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, {
  error: 'must be `Kind/name`, such as Service/frontend, or `Kind/namespace/name` where two namespaces have one',
})

const waiver = z
  .strictObject({
    rule: z
      .string()
      .regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, { error: 'must be `pack/rule`, such as workloads/no-latest-tag' })
      .describe('The rule, as findings name it.'),
    object: z
      .string({ error: OBJECT_EXPECTED })
      .min(1, { error: OBJECT_EXPECTED })
      .describe(
        '`Kind/name` (`Kind/namespace/name` where two namespaces have one), the folder of a chart, the repository of an image, or `*`.',
      ),
    reason: z
      .string({ error: REASON_EXPECTED })
      .min(8, { error: REASON_EXPECTED })
      .describe('Why it is right here; shown wherever the finding would have been.'),
    expires: z
      .string({ error: DATE_EXPECTED })
      .refine(isDate, { error: DATE_EXPECTED })
      .describe('The last day (UTC) on which it holds, `2027-03-31`. Afterwards the finding counts again.'),
  })
  .describe('A finding that is known and accepted for a time.')

const SIZE_EXPECTED = 'must be a size such as 300MB or 280MiB'

const image = z.strictObject({
  maxSize: z
    .string({ error: SIZE_EXPECTED })
    .regex(/^[0-9]+(?:\.[0-9]+)?(?:kB|MB|GB|KiB|MiB|GiB)$/, { error: SIZE_EXPECTED })
    .optional()
    .describe('Most that the compressed layers may have together.'),
  dockerfile: z
    .string()
    .min(1)
    .optional()
    .describe('The Dockerfile that it is built from, relative to the plan: read for its stages, user and health check.'),
})

const outside = z.strictObject({
  from: objectName.describe('The workload that asks, such as Deployment/backend.'),
  to: z.string().min(1).describe('Host name, address or block outside the cluster.'),
  port: z.int().min(1).max(65_535).describe('Port there.'),
})

const expects = z
  .strictObject({
    exposed: z.array(objectName).optional().describe('The only Services that may be of type NodePort or LoadBalancer.'),
    keys: z
      .record(objectName, z.array(z.string().min(1)).min(1))
      .optional()
      .describe('Keys that ConfigMaps and Secrets must have.'),
    outside: z.array(outside).optional().describe('Flows out of the cluster that are meant.'),
    images: z.record(z.string().min(1), image).optional().describe('What is expected of images, by the last part of their repository.'),
  })
  .describe('What rules ask of this plan.')

export const policies = z
  .strictObject({
    packs: z
      .array(z.string().regex(/^[a-z0-9-]+$/, { error: 'must be the name of a built-in pack, such as workloads' }))
      .optional()
      .describe('Built-in packs that apply. Default: all.'),
    files: z.array(z.string().min(1)).default([]).describe("The team's own packs: YAML files, relative to the plan."),
    expects: expects.default({}),
    waivers: z.array(waiver).default([]).describe('Findings that are known and accepted.'),
  })
  .describe('Rules that every object is held to before anything is touched; `docs/policies.md` lists the built-in ones.')

/** A day of the calendar; 2027-02-30 is none. */
function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}
