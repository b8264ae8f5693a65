import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { deadline } from '../../../src/adapters/http/deadline.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const never = new Promise<never>(() => {})

describe('deadline', () => {
  it('ends work that does not end', async () => {
    const limit = deadline(500)
    const ended = expect(limit.bound(never)).rejects.toMatchObject({ name: 'TimeoutError' })
    vi.advanceTimersByTime(499)
    expect([limit.signal.aborted, limit.expired()]).toEqual([false, false])
    vi.advanceTimersByTime(1)
    await ended
    expect([limit.signal.aborted, limit.expired()]).toEqual([true, true])
  })

  it("passes on the caller's abort, with its reason, and does not call that a timeout", async () => {
    const caller = new AbortController()
    const limit = deadline(500, caller.signal)
    const reason = new Error('now')
    const ended = expect(limit.bound(never)).rejects.toBe(reason)
    caller.abort(reason)
    await ended
    expect(limit.expired()).toBe(false)
    const late = deadline(500, caller.signal)
    await expect(late.bound(never)).rejects.toBe(reason)
  })

  it('leaves nothing behind once cleared', async () => {
    const caller = new AbortController()
    const limit = deadline(500, caller.signal)
    expect(await limit.bound(Promise.resolve('result'))).toBe('result')
    limit.clear()
    expect(vi.getTimerCount()).toBe(0)
    caller.abort()
    expect(limit.signal.aborted).toBe(false)
  })
})
