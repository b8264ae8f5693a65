import { expect, it } from 'vitest'
import { once, remembered } from '../../../src/policies/functions/remembered.ts'

it('computes once for the same arguments, anew for others, and remembers nothing, too', () => {
  let times = 0
  const once = remembered((first: readonly number[], second: { readonly add: number }) => {
    times += 1
    return first.length === 0 ? undefined : (first[0] ?? 0) + second.add
  })
  const list = [1]
  const add = { add: 2 }
  expect([once(list, add), once(list, add), once([1], add), once(list, { add: 3 })]).toEqual([3, 3, 3, 4])
  expect(times).toBe(3)
  const none: number[] = []
  expect([once(none, add), once(none, add)]).toEqual([undefined, undefined])
  expect(times).toBe(4)
})

it('once computes when it is first asked for', () => {
  let times = 0
  const lazy = once(() => (times += 1))
  expect(times).toBe(0)
  expect([lazy(), lazy(), times]).toEqual([1, 1, 1])
})
