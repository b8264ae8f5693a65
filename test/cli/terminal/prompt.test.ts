import { describe, expect, it } from 'vitest'
import type { TypedAnswer } from '../../../src/cli/terminal/prompt.ts'
import { askTyped } from '../../../src/cli/terminal/prompt.ts'
import type { FakeIo } from '../fake-io.ts'
import { fakeIo } from '../fake-io.ts'

const never = new AbortController().signal

/** Types a key at a time, each after the terminal has answered the one before. */
async function type(io: FakeIo, keys: string): Promise<void> {
  for (const key of keys) {
    io.typed.write(key)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

async function answer(keys: string): Promise<{ answer: TypedAnswer; out: string }> {
  const io = fakeIo({ tty: true })
  const asked = askTyped(io, { message: 'Answer', expected: 'web', signal: never })
  await type(io, keys)
  return { answer: await asked, out: io.out() }
}

describe('a question that is answered by typing', () => {
  it('yes is the exact text', async () => expect((await answer('web\r')).answer).toBe('yes'))
  it('nothing typed is no', async () => expect((await answer('\r')).answer).toBe('no'))
  it('no is no', async () => expect((await answer('no\r')).answer).toBe('no'))
  it('Ctrl-C is an interruption', async () => expect((await answer('we\u0003')).answer).toBe('interrupted'))
  it('has no colours', async () => {
    // oxlint-disable-next-line no-control-regex
    expect((await answer('web\r')).out).not.toMatch(/\u001B\[(?:3\d|9\d|1|2)m/)
  })

  it('a slip may be corrected, not for ever', async () => {
    const corrected = await answer('wbe\rweb\r')
    expect(corrected.answer).toBe('yes')
    expect(corrected.out).toContain('that was not web; once more')
    expect((await answer('a\rb\rc\r')).answer).toBe('no')
  })

  it('is withdrawn by a signal, and by the end of the input', async () => {
    const stop = new AbortController()
    const first = askTyped(fakeIo({ tty: true }), { message: 'Answer', expected: 'web', signal: stop.signal })
    setTimeout(() => stop.abort(), 20)
    expect(await first).toBe('interrupted')
    const io = fakeIo({ tty: true })
    const second = askTyped(io, { message: 'Answer', expected: 'web', signal: never })
    setTimeout(() => io.typed.end(), 20)
    expect(await second).toBe('interrupted')
  })

  it('is never asked where there is no terminal', async () => {
    const io = fakeIo()
    expect(await askTyped(io, { message: 'Answer', expected: 'web', signal: never })).toBe('interrupted')
    expect(io.out()).toBe('')
  })
})
