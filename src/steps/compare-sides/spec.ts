import { z } from 'zod'
import type { StepContext } from '../../domain/step-kind.ts'

/** Never the same twice, or compared anyway. */
const NOT_TO_COMPARE: Readonly<Record<string, string>> = {
  'set-cookie': 'must not be set-cookie: `cookies` compares names and attributes of cookies',
  location: 'must not be location: where a redirect leads is always compared',
  date: 'must not be date: it differs from one second to the next',
  age: 'must not be age: it differs from one second to the next',
}

const path = z.string().regex(/^\/(?!\/)[^\s#]*$/, 'a path of the site that begins with one /')

const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'the name of a header')
  .superRefine((text, issues) => {
    const message = NOT_TO_COMPARE[text.toLowerCase()]
    if (message !== undefined) issues.addIssue({ code: 'custom', message })
  })

const pattern = z
  .string()
  .min(1)
  .superRefine((text, issues) => {
    const wrong = whyNoPattern(text)
    if (wrong !== undefined) issues.addIssue({ code: 'custom', message: `must be a regular expression as JavaScript has them (${wrong})` })
  })

const patternWithGroup = pattern.refine((text) => whyNoPattern(text) !== undefined || groupsOf(text) === 1, {
  error: 'must have exactly one group, around the address: `client=(\\S+)`',
})

export const spec = z.strictObject({
  paths: z.array(path).min(1).describe("Paths of the site to ask both sides for, with their query; the site's own is asked as well"),
  headers: z.array(headerName).default(['content-type']).describe('Headers whose values must be the same'),
  cookies: z.boolean().default(true).describe('Whether both sides must set the same cookies: names and attributes, not values'),
  body: z
    .enum(['exact', 'text', 'none'])
    .default('text')
    .describe('`exact`: character for character; `text`: what a visitor reads of an HTML page, other text as it is; `none`: not compared'),
  ignore: z
    .array(pattern)
    .default([])
    .describe(
      'Regular expressions: what matches is cut out of bodies (of the visible text with `text`), Location and headers before they are compared',
    ),
  clientAddress: z
    .strictObject({
      path: path.describe("Path whose answer holds the visitor's address"),
      pattern: patternWithGroup.describe('Regular expression with one group that finds the address in the body'),
    })
    .optional()
    .describe("The visitor's address as the application sees it must be the same on both sides"),
  fine: z
    .array(
      z.strictObject({
        path: path.optional().describe('Only for this path; every path unless told'),
        what: z
          .string()
          .regex(/^(status|location|body|cookies|header:[^\s:]+)$/, 'status, location, body, cookies or header:NAME')
          .describe('What may differ: status, location, body, cookies or header:NAME'),
        because: z.string().min(1).describe('Why that is fine, for whoever reads the run'),
      }),
    )
    .default([])
    .describe('Differences that are known and meant'),
})
export type CompareSpec = z.output<typeof spec>
export type CompareContext = StepContext<CompareSpec>
export type Fine = CompareSpec['fine'][number]

function whyNoPattern(text: string): string | undefined {
  try {
    return void new RegExp(text)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** An alternative that always matches shows how many groups there are. */
const groupsOf = (text: string): number => (new RegExp(`${text}|`).exec('')?.length ?? 1) - 1
