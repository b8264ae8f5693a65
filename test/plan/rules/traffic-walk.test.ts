import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StepTraffic, TrafficAtom } from '../../../src/domain/traffic.ts'
import { findLosses } from '../../../src/plan/rules/traffic-walk.ts'
import type { Loss, WalkStep } from '../../../src/plan/rules/traffic-walk.ts'
import { canBeHarmed, VisitorSimulator } from './visitor-simulator.ts'

const side = fc.constantFrom('old' as const, 'new' as const)
const backend = fc.constantFrom('old' as const, 'new' as const, 'maintenance' as const)
const atom: fc.Arbitrary<TrafficAtom> = fc.oneof(
  fc.record({ do: fc.constantFrom('start' as const, 'prove' as const, 'stop' as const), side }),
  fc.record({ do: fc.constant('route-add' as const), to: backend }),
  fc.record({ do: fc.constant('route-remove' as const), from: backend }),
)

/** What the real kinds do, right and wrong. */
const KINDS: Readonly<Record<string, StepTraffic>> = {
  deploy: { forward: [{ do: 'start', side: 'new' }], back: [{ do: 'stop', side: 'new' }] },
  verify: { forward: [{ do: 'prove', side: 'new' }], back: [] },
  cut: {
    forward: [
      { do: 'route-add', to: 'new' },
      { do: 'route-remove', from: 'old' },
    ],
    back: [
      { do: 'prove', side: 'old' },
      { do: 'route-add', to: 'old' },
      { do: 'route-remove', from: 'new' },
    ],
  },
  stop: {
    forward: [{ do: 'stop', side: 'old' }],
    back: [
      { do: 'start', side: 'old' },
      { do: 'prove', side: 'old' },
    ],
  },
  soak: { forward: [], back: [] },
  purge: { forward: [{ do: 'stop', side: 'old' }], back: 'irreversible' },
  careless: { forward: [{ do: 'stop', side: 'old' }], back: [{ do: 'start', side: 'old' }] },
}

const traffic: fc.Arbitrary<StepTraffic> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...Object.values(KINDS)) },
  {
    weight: 1,
    arbitrary: fc.record({
      forward: fc.array(atom, { maxLength: 2 }),
      back: fc.oneof(fc.array(atom, { maxLength: 2 }), fc.constant('irreversible' as const)),
    }),
  },
)
const plan: fc.Arbitrary<readonly WalkStep[]> = fc.array(fc.record({ traffic, reachesState: fc.boolean() }), { maxLength: 5 })

const rollbacksIn = ({ moves }: Loss): number =>
  moves.filter((move, index) => move.direction === 'back' && moves[index - 1]?.direction !== 'back').length
const step = (kind: string, reachesState = false): WalkStep => ({ traffic: KINDS[kind] ?? KINDS.soak!, reachesState })
const steps = (...kinds: readonly string[]): readonly WalkStep[] => kinds.map((kind) => step(kind, true))

test('whatever the brute-force simulator finds in two rollbacks, the walk finds, and the other way round', () => {
  let harmed = 0
  fc.assert(
    fc.property(plan, fc.boolean(), (walked, singleWriter) => {
      const losses = findLosses(walked, { singleWriter })
      const isHarmed = canBeHarmed(walked, singleWriter, 2)
      if (isHarmed) harmed++
      if (isHarmed) expect(losses).not.toEqual([])
      else expect(losses.filter((loss) => rollbacksIn(loss) <= 2)).toEqual([])
    }),
    { numRuns: 2_000, seed: 5 },
  )
  expect(harmed).toBeGreaterThan(50)
  expect(harmed).toBeLessThan(1_950)
})

test('every story ends in harm, and only its end does harm', () => {
  fc.assert(
    fc.property(plan, fc.boolean(), (walked, singleWriter) => {
      for (const { moves } of findLosses(walked, { singleWriter })) {
        const world = new VisitorSimulator(singleWriter)
        const harm = moves.map((move) => world.harmedBy(move.atom))
        expect(harm.lastIndexOf(true)).toBe(moves.length - 1)
        expect(harm.indexOf(true)).toBe(moves.length - 1)
      }
    }),
    { numRuns: 400, seed: 6 },
  )
})

test('of all orders of the real kinds only the safe ones pass', () => {
  const safe = permutations(['deploy', 'verify', 'cut', 'soak', 'stop']).filter(
    (order) => findLosses(steps(...order), { singleWriter: false }).length === 0,
  )
  const before = (order: readonly string[], a: string, b: string): boolean => order.indexOf(a) < order.indexOf(b)
  const expected = permutations(['deploy', 'verify', 'cut', 'soak', 'stop']).filter(
    (order) => before(order, 'deploy', 'verify') && before(order, 'verify', 'cut') && before(order, 'cut', 'stop'),
  )
  expect(safe).toEqual(expected)
  expect(safe).toHaveLength(5)
})

test('a side that was stopped and not proven again is no place to roll back to', () => {
  const losses = findLosses(
    [step('deploy'), step('verify', true), { ...step('cut', true), traffic: withoutProof(KINDS.cut!) }, step('careless', true)],
    { singleWriter: false },
  )
  expect(losses).toHaveLength(1)
  expect(losses[0]?.moves.map((move) => `${move.direction} ${move.step} ${move.atom.do}`).slice(-3)).toEqual([
    'forward 3 stop',
    'back 3 start',
    'back 2 route-add',
  ])
})

test('harm that only a second attempt does is found', () => {
  // The undo of the deployment stops the new side; the proof stands before it, and is not repeated when the run goes on from the state between.
  const losses = findLosses([step('deploy'), step('verify', true), { ...step('deploy'), reachesState: true }, step('cut', true)], {
    singleWriter: false,
  })
  expect(losses).toHaveLength(1)
  expect(losses[0] && rollbacksIn(losses[0])).toBe(1)
  expect(losses[0]?.moves.at(-1)).toMatchObject({ direction: 'forward', step: 3, atom: { do: 'route-add', to: 'new' } })
})

test('with one writer the sides never run together', () => {
  const losses = findLosses(steps('deploy', 'verify'), { singleWriter: true })
  expect(losses).toMatchObject([{ harm: { harm: 'two-writers' }, moves: [{ step: 0, atom: { do: 'start' } }] }])
  expect(findLosses(steps('deploy', 'verify'), { singleWriter: false })).toEqual([])
})

test('nothing is rolled back past an irreversible step', () => {
  const orderly = [...steps('deploy', 'verify', 'cut', 'stop', 'purge', 'soak')]
  expect(findLosses(orderly, { singleWriter: false })).toEqual([])
})

const withoutProof = (of: StepTraffic): StepTraffic => ({
  forward: of.forward,
  back: of.back === 'irreversible' ? of.back : of.back.filter((each) => each.do !== 'prove'),
})

function permutations(items: readonly string[]): readonly (readonly string[])[] {
  if (items.length <= 1) return [items]
  return items.flatMap((item) => permutations(items.filter((each) => each !== item)).map((rest) => [item, ...rest]))
}
