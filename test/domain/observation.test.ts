import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Observation } from '../../src/domain/observation.ts'
import { combine, fail, gathering, inconclusive, pass, pending } from '../../src/domain/observation.ts'

const wrongForVisitors = pending('502', { visitorSawIt: true, side: 'new' })

describe('several looks as one', () => {
  it('what was seen outranks what could not be seen', () => {
    expect(combine([wrongForVisitors, inconclusive('the API does not answer')])).toMatchObject({
      verdict: 'pending',
      visitorSawIt: true,
      side: 'new',
    })
  })

  it('that a visitor saw it survives other things that are not yet right', () => {
    expect(combine([pending('allocations run still'), wrongForVisitors])).toMatchObject({
      visitorSawIt: true,
      side: 'new',
      reason: 'allocations run still; 502',
    })
  })

  it('a wrong answer to a visitor is never lost, whatever else is looked at, unless something failed for good', () => {
    const look = fc.constantFrom<Observation>(
      pass('ok'),
      pending('not yet', { side: 'old' }),
      inconclusive('blind', [], 'old'),
      fail('broken', { side: 'old' }),
    )
    fc.assert(
      fc.property(fc.array(look), fc.nat(), (others, at) => {
        const looks = [...others]
        looks.splice(at % (others.length + 1), 0, wrongForVisitors)
        const seen = combine(looks)
        expect(
          seen.verdict === 'fail' ? others.some((each) => each.verdict === 'fail') : seen.verdict === 'pending' && seen.visitorSawIt,
        ).toBe(true)
      }),
    )
  })

  it('nothing observed is no pass', () => expect(combine([]).verdict).toBe('inconclusive'))

  it('only gathers where nothing was out of sight', () => {
    const few = gathering('12 of 30 samples', 'too few samples')
    expect(combine([few, pass('well')])).toMatchObject({ verdict: 'inconclusive', tooLittle: 'too few samples' })
    for (const looks of [
      [few, inconclusive('no answer')],
      [inconclusive('no answer'), few],
    ])
      expect(combine(looks)).not.toHaveProperty('tooLittle')
  })

  it('keeps what every look says is left', () => {
    expect(combine([{ verdict: 'pass', reason: 'a', left: ['Namespace x'] }, pass('b')])).toMatchObject({
      verdict: 'pass',
      left: ['Namespace x'],
    })
  })
})
