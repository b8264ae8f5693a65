import { z } from 'zod'
import { isHttpUrl } from './fields.ts'

const expectation = z
  .strictObject({
    status: z.int().min(100).max(599).default(200).describe('HTTP status of the answer.'),
    body: z.string().min(1).optional().describe('Text that the body must contain.'),
    headers: z
      .record(z.string().min(1), z.string())
      .transform((headers) => Object.fromEntries(Object.entries(headers).map(([header, value]) => [header.toLowerCase(), value])))
      .optional()
      .describe('Header values that must be there.'),
  })
  .describe('What the answer must be.')

const URL_EXPECTED = 'must be an http or https URL such as https://www.example.org/'

export const site = z
  .strictObject({
    url: z
      .string({ error: URL_EXPECTED })
      .refine(isHttpUrl, { error: URL_EXPECTED })
      .refine((text) => !URL.canParse(text) || plainUrl(new URL(text)), { error: 'must have no user, password or #fragment' })
      .meta({ examples: ['https://www.example.org/'] })
      .describe('The URL that a visitor opens. Its host is the one that routers and Ingresses must name.'),
    expect: expectation,
    ca: z
      .string()
      .min(1)
      .optional()
      .describe("PEM file, relative to the plan, with the authority of the edge's certificate where that is private."),
  })
  .describe('What a visitor must see: said once, the default of every gate.')

const plainUrl = (url: URL): boolean => url.username === '' && url.password === '' && url.hash === ''
