import { z } from 'zod'

/** The schema of a policy file. Strict: an unknown field is a mistyped one. */

const name = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must be words of small letters and digits with hyphens between them: `resources-set`')
  .max(63)
const sentence = z.string().min(1).max(1000)
/** Longer ones are not read: an expression is a sentence, not a program. */
const expression = z.string().min(1).max(4000)

const ruleSchema = z.strictObject({
  name: name.describe('Unique in the pack; findings and waivers say `pack/name`.'),
  severity: z.enum(['error', 'warning', 'hint']).describe('`error` refuses the plan; the others are said.'),
  looksAt: z
    .enum(['object', 'objects', 'chart', 'image'])
    .describe('What the rule is asked about, one after the other, or all objects at once.'),
  kinds: z
    .array(z.string().regex(/^([a-z0-9.-]+\/)?[A-Z][A-Za-z0-9]*$/, 'must be a kind: `Deployment` or `apps/Deployment`'))
    .default([])
    .describe('Only objects of these kinds; all where empty.'),
  when: expression.optional().describe('The rule is asked where this CEL expression is true.'),
  each: expression.optional().describe('A CEL expression that gives a list: the rule is asked for each member, as `it` and `index`.'),
  path: sentence.optional().describe('Path of the field in the object; `{index}` is filled in.'),
  expression: expression.describe('CEL: true where nothing is wrong.'),
  message: expression.describe('A CEL expression that gives the sentence.'),
  why: sentence.describe('Why the rule exists.'),
  fix: sentence.describe('What to change.'),
  examples: z
    .strictObject({ passing: z.string().min(1), failing: z.string().min(1) })
    .optional()
    .describe('YAML documents of objects; of the chart or image for rules about those.'),
})

export const packSchema = z.strictObject({
  apiVersion: z.literal('jmc-migrate/policy/v1'),
  pack: name.describe('Name of the pack.'),
  summary: sentence.describe('What the pack is for.'),
  rules: z.array(ruleSchema).min(1),
})

export type ParsedPack = z.output<typeof packSchema>
export type ParsedRule = ParsedPack['rules'][number]
