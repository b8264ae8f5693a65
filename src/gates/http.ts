import { z } from 'zod'
import { DEFAULT_GATE_POLICY } from '../domain/gate-policy.ts'
import { look } from '../domain/look.ts'
import type { SiteExpectation } from '../domain/plan.ts'
import { siteOf } from '../domain/plan.ts'
import type { HttpExchange } from '../domain/ports/index.ts'
import { judge, judgeVisit } from '../domain/site.ts'
import type { LookingGateKind, StepContext } from '../domain/step-kind.ts'
import { askAsVisitor, isOfSite } from '../domain/visit-site.ts'

const spec = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("What to ask; the site's own url unless told"),
  status: z.int().min(100).max(599).optional().describe("Expected status; the site's, or 200 for another url"),
  body: z.string().min(1).optional().describe("Text that the body must contain; the site's unless url, status or headers are given"),
  headers: z.record(z.string(), z.string()).optional().describe('Header values that the answer must have'),
  from: z.enum(['here', 'edge']).optional().describe("Who asks: `here`, as a visitor (the default), or `edge`, from the edge's host"),
})
export type HttpGateSpec = z.output<typeof spec>
type Context = StepContext<HttpGateSpec>

export const http: LookingGateKind<HttpGateSpec> = {
  kind: 'http',
  summary: 'Asks over HTTP: the site as a visitor unless told otherwise',
  spec,
  example: {},
  targets: [],
  usesAlso: ({ from }) => (from === 'edge' ? ['edge'] : []),
  needsSite: ({ url }) => url === undefined,
  describe: (own, plan) => {
    const { status, body, headers } = expectation({ spec: own, plan })
    const parts = [
      `status ${status}`,
      ...(body === undefined ? [] : [`a body with "${body}"`]),
      ...Object.keys(headers ?? {}).map((each) => `header ${each}`),
    ]
    return `${own.url ?? siteOf(plan).url} answers ${own.from === 'edge' ? 'the edge' : 'a visitor'}: ${parts.join(', ')}`
  },
  defaultPolicy: { ...DEFAULT_GATE_POLICY, interval: 1_000, timeout: 60_000, successThreshold: 3 },
  observe: (context) => {
    const url = context.spec.url ?? siteOf(context.plan).url
    const fromEdge = context.spec.from === 'edge'
    const who = fromEdge ? `${url}, asked from the edge,` : `a visitor of ${url}`
    // Only the site's visitors are ours to answer at once: anything else may be waited for.
    const judged = !fromEdge && isOfSite(context.plan, url) ? judgeVisit : judge
    return look(url, async () => judged(await ask(context, url), expectation(context), who))
  },
}

/** The site's expectation as a whole, or what the gate says in its place. */
function expectation({ spec: own, plan }: Pick<Context, 'spec' | 'plan'>): SiteExpectation {
  const says = own.url !== undefined || own.status !== undefined || own.body !== undefined || own.headers !== undefined
  if (!says) return siteOf(plan).expect
  const status = own.status ?? (own.url === undefined ? siteOf(plan).expect.status : 200)
  return { status, ...(own.body !== undefined && { body: own.body }), ...(own.headers && { headers: own.headers }) }
}

function ask(context: Context, url: string): Promise<HttpExchange> {
  if (context.spec.from !== 'edge') return askAsVisitor(context, url)
  const { host, pathname, search } = new URL(url)
  return context.ports.edge.ask(url, { host, path: `${pathname}${search}`, trust: { insecureSkipVerify: false } })
}
