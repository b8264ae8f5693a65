import { describe, expect, it } from 'vitest'
import { CUT, SKIPPED, withinLimits } from '../../src/policies/within-limits.ts'
import type { Works } from '../../src/policies/within-limits.ts'

const ENOUGH = { left: 60_000 }

/** Work that is done by its number; a family each unless told. */
const works = (pieces: readonly (() => unknown)[], more: Partial<Works<unknown>> = {}): Works<unknown> => ({
  count: () => pieces.length,
  run: (piece) => pieces[piece]?.(),
  afresh: async (piece) => () => pieces[piece]?.(),
  family: (piece) => piece,
  limit: () => 50,
  ...more,
})

const forEver = (): void => {
  for (;;);
}

/** Waits without using the processor, as a process does that gets none. */
const idle = (milliseconds: number) => (): string => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
  return 'idled'
}

describe('work within limits', () => {
  it('is done in its order', async () => {
    const pieces = Array.from({ length: 1000 }, (_, index) => () => index)
    expect(await withinLimits(works(pieces), 50, { ...ENOUGH })).toEqual(pieces.map((_, index) => index))
  })

  it('without pieces is done', async () => expect(await withinLimits(works([]), 50, { ...ENOUGH })).toEqual([]))

  it('that never ends is cut, its family is left alone, the others are done', async () => {
    const pieces = [() => 'a', forEver, () => 'b', () => 'c']
    const family = (piece: number): string => (piece === 1 || piece === 3 ? 'slow' : 'quick')
    expect(await withinLimits(works(pieces, { family }), 50, { ...ENOUGH })).toEqual(['a', CUT, 'b', SKIPPED])
  })

  it('that had no processor is not called slow', async () => {
    const outcomes = await withinLimits(works([idle(80), () => 'b'], { limit: () => 40 }), 40, { ...ENOUGH })
    expect(outcomes).toEqual(['idled', 'b'])
  })

  it('may give more work', async () => {
    const given: string[] = []
    const run = (piece: number): string => given[piece] ?? 'first'
    const count = (outcomes: readonly unknown[]): number => {
      if (outcomes.length === 1) given.push('first', `after ${String(outcomes[0])}`)
      return Math.max(1, given.length)
    }
    expect(await withinLimits(works([], { count, run }), 50, { ...ENOUGH })).toEqual(['first', 'after first'])
  })

  it('that takes longer than the others, and may, is done alone, from a fresh start', async () => {
    const alone: number[] = []
    const afresh = async (piece: number) => () => {
      alone.push(piece)
      return 'alone'
    }
    const limit = (piece: number): number => (piece === 1 ? 500 : 50)
    expect(await withinLimits(works([() => 'a', forEver, () => 'c'], { afresh, limit }), 50, { ...ENOUGH })).toEqual(['a', 'alone', 'c'])
    expect(alone).toEqual([1])
  })

  it('is not begun where the time for all is spent', async () => {
    expect(await withinLimits(works([() => 'a', () => 'b']), 50, { left: 0 })).toEqual([SKIPPED, SKIPPED])
  })

  it('lets its errors through', async () => {
    const broken = (): never => {
      throw new RangeError('ours')
    }
    await expect(withinLimits(works([broken]), 50, { ...ENOUGH })).rejects.toThrow('ours')
  })

  it('beside work that never ends or fails is done all the same, each on its own account', async () => {
    const [slow, broken, done, spent] = await Promise.allSettled([
      withinLimits(works([() => 'a', forEver, () => 'b']), 50, { ...ENOUGH }),
      withinLimits(
        works([
          () => {
            throw new RangeError('ours')
          },
        ]),
        50,
        { ...ENOUGH },
      ),
      withinLimits(works([() => 1, () => 2]), 50, { ...ENOUGH }),
      withinLimits(works([() => 1]), 50, { left: 0 }),
    ])
    expect(slow).toEqual({ status: 'fulfilled', value: ['a', CUT, 'b'] })
    expect(broken.status).toBe('rejected')
    expect(done).toEqual({ status: 'fulfilled', value: [1, 2] })
    expect(spent).toEqual({ status: 'fulfilled', value: [SKIPPED] })
  })

  it('pays for what it took itself', async () => {
    const busy = (): void => {
      for (const end = performance.now() + 20; performance.now() < end;);
    }
    const [much, little] = [{ ...ENOUGH }, { ...ENOUGH }]
    await Promise.all([withinLimits(works([busy]), 1000, much), withinLimits(works([() => 'a']), 1000, little)])
    expect(ENOUGH.left - little.left).toBeLessThan(ENOUGH.left - much.left)
  })

  it('lets others work between its slices', async () => {
    let turns = 0
    const timer = setInterval(() => turns++, 0)
    const busy = (): void => {
      for (const end = performance.now() + 4; performance.now() < end;);
    }
    await withinLimits(works(Array.from({ length: 50 }, () => busy)), 50, { ...ENOUGH })
    clearInterval(timer)
    expect(turns).toBeGreaterThan(1)
  })
})
