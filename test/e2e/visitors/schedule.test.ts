import { expect, it } from 'vitest'
import { checked, dueNow, isOver, nextVisit, untilDue } from './schedule.ts'

const LOAD = { perSecond: 200, seconds: 10, requests: 1_000 }

it('has a bound: 500 requests a second, a time and a number', () => {
  expect(checked({ ...LOAD, perSecond: 500 }).perSecond).toBe(500)
  for (const wrong of [{ perSecond: 501 }, { perSecond: 0 }, { perSecond: Number.NaN }, { seconds: 0 }, { requests: 0 }])
    expect(() => checked({ ...LOAD, ...wrong })).toThrow()
  expect(isOver(LOAD, 9_999, 999)).toBe(false)
  expect(isOver(LOAD, 10_000, 999)).toBe(true)
  expect(isOver(LOAD, 0, 1_000)).toBe(true)
})

it('sends what is due, in portions after a standstill, and never more than was ordered', () => {
  expect(dueNow(LOAD, 4, 0)).toBe(0)
  expect(dueNow(LOAD, 5, 0)).toBe(1)
  expect(dueNow(LOAD, 1_000, 200)).toBe(0)
  expect(dueNow(LOAD, 1_000, 195)).toBe(5)
  expect(dueNow(LOAD, 3_000, 200)).toBe(20)
  expect(dueNow(LOAD, 9_000, 998)).toBe(2)
  expect(dueNow(LOAD, 9_000, 1_200)).toBe(0)
})

it('knows when the next one is due, so that nothing is looked at in between', () => {
  expect(untilDue(LOAD, 0, 0)).toBe(5)
  expect(untilDue(LOAD, 3.2, 0)).toBe(2)
  expect(untilDue(LOAD, 1_000, 200)).toBe(5)
  expect(untilDue(LOAD, 3_000, 200)).toBe(0)
  for (const sent of [0, 1, 7, 333]) expect(dueNow(LOAD, untilDue(LOAD, 0, sent), sent)).toBe(1)
})

it('mixes: mostly kept connections, GET and POST on both, and some that are under way for a while', () => {
  const count = new Map<string, number>()
  for (let number = 0; number < 50; number++) {
    const { asked, connection } = nextVisit(number)
    count.set(`${asked} ${connection}`, (count.get(`${asked} ${connection}`) ?? 0) + 1)
  }
  expect(Object.fromEntries(count)).toEqual({ 'get kept': 29, 'post kept': 10, 'get new': 5, 'post new': 5, 'slow kept': 1 })
})
