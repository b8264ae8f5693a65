import { expect, test } from 'vitest'
import { z } from 'zod'
import { DEFAULT_GATE_POLICY } from '../../../src/domain/gate-policy.ts'
import { pass } from '../../../src/domain/observation.ts'
import type { AnyGateKind } from '../../../src/domain/step-kind.ts'
import { NO_TRAFFIC } from '../../../src/domain/traffic.ts'
import { acting, FILES, GOOD_PLAN, kindsOf, problemsOf } from '../fakes.ts'

const empty = z.strictObject({})
const quiet = acting({ kind: 'quiet', spec: empty, example: {}, traffic: NO_TRAFFIC })
const edgy = acting({ kind: 'edgy', spec: empty, example: {}, traffic: NO_TRAFFIC, targets: ['edge'] })
const asking: AnyGateKind = {
  kind: 'asking',
  summary: 'Asks.',
  spec: z.strictObject({ url: z.string().optional() }),
  example: {},
  targets: [],
  defaultPolicy: DEFAULT_GATE_POLICY,
  needsSite: (spec) => JSON.stringify(spec) === '{}',
  observe: async () => pass(''),
}
const registries = { kinds: kindsOf(quiet, edgy), gates: new Map([['asking', asking]]) }

const withoutSite = (steps: string, more = ''): string => {
  const targets = GOOD_PLAN.slice(GOOD_PLAN.indexOf('targets:'), GOOD_PLAN.indexOf('states:'))
  return `apiVersion: jmc-migrate/v1\nname: quiet\n${targets}${more}states: [absent, there]\nsteps:\n${steps}`
}
const codes = async (text: string): Promise<readonly string[]> => (await problemsOf(text, FILES, registries)).map((each) => each.code)

test('a plan that moves no visitors needs no site', async () =>
  expect(await codes(withoutSite('  - { id: one, quiet: {}, reaches: there }\n'))).toEqual([]))

test.each([
  ['a step that uses the edge', '  - { id: one, edgy: {}, reaches: there }\n', ''],
  ['a gate that asks the site', '  - { id: one, quiet: {}, reaches: there, gates: [{ asking: {} }] }\n', ''],
  ['a watch', '  - { id: one, quiet: {}, reaches: there }\n', 'watch: { failureThreshold: 2, within: 30s }\n'],
])('%s needs it', async (_what, steps, more) => expect(await codes(withoutSite(steps, more))).toEqual(['site-missing']))

test('a gate that asks something else does not', async () => {
  const gated = '  - { id: one, quiet: {}, reaches: there, gates: [{ asking: { url: "http://other/" } }] }\n'
  expect(await codes(withoutSite(gated))).toEqual([])
})
