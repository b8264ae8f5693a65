import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAnswer } from '../../../src/adapters/ssh/answer.ts'

const NONCE = 'c0ffee'
const spoken = (before: string | Uint8Array, line: string, after = ''): Buffer =>
  Buffer.concat([Buffer.from(before), Buffer.from(`\n${NONCE}\t${line}\n${after}`)])

describe('the tagged last line', () => {
  it('is found whatever a login script says around it', () => {
    expect(parseAnswer(spoken('Welcome!\n', 'ok\tsha=ab\tpath=/mnt/a b=c', 'Bye\n'), NONCE)).toMatchObject({
      status: 'ok',
      fields: { sha: 'ab', path: '/mnt/a b=c' },
    })
  })

  it('is no answer when it is missing, cut short, or of another call', () => {
    for (const text of ['', 'ok', `${NONCE}\tok\n`, `\n${NONCE}\tok\tsha=1`, '\ndecaf\tok\n'])
      expect(parseAnswer(Buffer.from(text), NONCE)).toBeUndefined()
  })

  it('leaves any bytes before it as they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (bytes, noise) => {
        fc.pre(!noise.includes(NONCE))
        const answer = parseAnswer(spoken(Buffer.concat([Buffer.from(`${noise}\n${NONCE} begin\n`), bytes]), 'ok'), NONCE)
        expect(answer?.status).toBe('ok')
        expect(Buffer.compare(answer?.bytes ?? Buffer.alloc(0), Buffer.from(bytes))).toBe(0)
      }),
    )
  })
})
