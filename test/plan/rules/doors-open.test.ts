import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { DEFAULT_GATE_POLICY } from '../../../src/domain/gate-policy.ts'
import { pass } from '../../../src/domain/observation.ts'
import type { AnyGateKind, AnyStepKind } from '../../../src/domain/step-kind.ts'
import { NO_TRAFFIC } from '../../../src/domain/traffic.ts'
import { acting, FILES, GOOD_PLAN, kindsOf, problemsOf } from '../fakes.ts'

/** `share: { percent: 100 }` closes, as a kind may say by its spec. */
const empty = z.strictObject({})
const open: AnyStepKind = { ...acting({ kind: 'open-doors', spec: empty, example: {}, traffic: NO_TRAFFIC }), doors: () => 'opens' }
const share: AnyStepKind = {
  ...acting<{ percent: number }>({
    kind: 'share',
    spec: z.strictObject({ percent: z.int() }),
    example: { percent: 100 },
    traffic: NO_TRAFFIC,
  }),
  doors: (spec) => (JSON.stringify(spec) === '{"percent":100}' ? 'closes' : 'needs'),
}
const compare: AnyStepKind = {
  nature: 'waits',
  kind: 'compare',
  summary: 'Compares.',
  spec: empty,
  example: {},
  targets: [],
  traffic: () => NO_TRAFFIC,
  doors: () => 'needs',
  preflight: async () => [],
  policy: () => DEFAULT_GATE_POLICY,
  observe: async () => pass('same'),
}
const plain = acting({ kind: 'plain', spec: empty, example: {}, traffic: NO_TRAFFIC })
const gate = (kind: string, needsDoors: boolean): [string, AnyGateKind] => [
  kind,
  {
    kind,
    summary: 'Looks.',
    spec: empty,
    example: {},
    targets: [],
    defaultPolicy: DEFAULT_GATE_POLICY,
    needsDoors,
    observe: async () => pass(''),
  },
]
const registries = { kinds: kindsOf(open, share, compare, plain), gates: new Map([gate('canary', true), gate('http', false)]) }

const HEAD = GOOD_PLAN.slice(0, GOOD_PLAN.indexOf('states:'))
const END = '{ id: end, plain: {}, reaches: there }'
const planOf = (...steps: readonly string[]): string =>
  `${HEAD}states: [here, there]\nsteps:\n${[...steps, END].map((each) => `  - ${each}\n`).join('')}`
const [OPEN, COMPARE, HALF, ALL] = [
  '{ id: open, open-doors: {} }',
  '{ id: compare, compare: {} }',
  '{ id: half, share: { percent: 50 } }',
  '{ id: all, share: { percent: 100 } }',
]
const gated = (step: string, name: string): string => step.replace(/ }$/, `, gates: [{ ${name}: {} }] }`)

const found = async (...steps: readonly string[]) => await problemsOf(planOf(...steps), FILES, registries)

describe('the rule about doors', () => {
  test.each<readonly string[]>([
    [OPEN, COMPARE, HALF, ALL],
    [gated(OPEN, 'canary'), gated(HALF, 'canary'), gated(ALL, 'http')],
    [OPEN, ALL, OPEN.replace('id: open', 'id: again'), COMPARE],
    ['{ id: p, plain: {}, gates: [{ http: {} }] }'],
  ])('is content with %j', async (...steps) => {
    expect(await found(...steps)).toEqual([])
  })

  test('what needs doors before any step opens them: the step that does is named, and where it stands', async () => {
    expect(await found(COMPARE, OPEN)).toMatchObject([
      {
        code: 'doors-not-open',
        summary: 'step compare (compare) asks each side through a door of the edge, but no step before it opens them',
        next: ['move it after `open`, which opens them', 'or move `open` before `compare`'],
        location: { text: '  - { id: compare, compare: {} }', column: 20, length: 'compare'.length },
        exitCode: 65,
        effect: 'no',
      },
    ])
  })

  test('a plan without any such step is told which kind would do', async () => {
    expect(await found(HALF)).toMatchObject([{ next: ['add a step of kind open-doors, which opens doors to both sides, before `half`'] }])
  })

  test('after they are closed', async () => {
    expect(await found(OPEN, ALL, COMPARE)).toMatchObject([
      { code: 'doors-closed', summary: expect.stringContaining('but step all closes them before it'), next: ['move it before `all`'] },
    ])
  })

  test('a gate on the step that closes them looks too late', async () => {
    expect(await found(OPEN, HALF, gated(ALL, 'canary'))).toMatchObject([
      {
        code: 'doors-closed',
        summary:
          'gate canary of step all asks each side through a door of the edge, but gates look after the effect of their step, and all closes them',
        next: ['put the gate on `half`, the step before', 'or add a step before `all` and put it there'],
        location: { column: expect.any(Number), length: 'canary'.length },
      },
    ])
  })

  test('a gate of a step that has nothing to do with doors', async () => {
    expect(await found(gated('{ id: p, plain: {} }', 'canary'), OPEN)).toMatchObject([{ code: 'doors-not-open' }])
    expect(await found(OPEN, ALL, gated('{ id: p, plain: {} }', 'canary'))).toMatchObject([
      { code: 'doors-closed', next: ['move it before `all`'] },
    ])
  })

  test('everything that needs them and has none for the same reason is one problem', async () => {
    expect(await found(gated(HALF, 'canary'), COMPARE)).toMatchObject([
      {
        code: 'doors-not-open',
        summary: expect.stringMatching(/^step half \(share\) asks/),
        details: ['the same goes for gate canary of step half, step compare (compare)'],
      },
    ])
    expect(await found(COMPARE, OPEN, ALL, HALF, gated(OPEN.replace('id: open', 'id: again'), 'canary'))).toMatchObject([
      { code: 'doors-not-open', summary: expect.stringMatching(/^step compare /) },
      { code: 'doors-closed', summary: expect.stringMatching(/^step half /) },
    ])
  })

  test('opened twice', async () => {
    expect(await found(OPEN, OPEN.replace('id: open', 'id: again'))).toMatchObject([
      {
        code: 'doors-opened-twice',
        summary: 'step again opens doors to both sides although those of step open are still open',
        next: ['remove `again`, or move it after a step that closes them (share)'],
      },
    ])
  })
})
