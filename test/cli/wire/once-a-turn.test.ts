import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { RequestApi } from '../../../src/adapters/traefik/api-client.ts'
import { onceATurn } from '../../../src/cli/wire/once-a-turn.ts'

/** An API whose answers tell the world as it was when each question left, and come when the test says so. */
function slowApi() {
  const left: string[] = []
  const waiting: (() => void)[] = []
  let world = 'before'
  const request: RequestApi = async (path) => {
    left.push(path)
    const body = world
    await new Promise<void>((resolve) => waiting.push(resolve))
    return { status: 200, body }
  }
  return {
    ask: onceATurn(request),
    left,
    effect: () => void (world = 'after'),
    answerAll: () => waiting.splice(0).forEach((answer) => answer()),
  }
}

describe('questions of one turn', () => {
  it('are asked once each, also where they come a few promises apart', async () => {
    const { ask, left, answerAll } = slowApi()
    const later = async (path: string) => {
      for (let step = 0; step < 5; step++) await Promise.resolve()
      return ask(path)
    }
    const answers = Promise.all([ask('/routers'), ask('/entrypoints'), later('/routers'), later('/entrypoints'), ask('/routers')])
    await turn()
    await turn()
    expect(left).toEqual(['/routers', '/entrypoints'])
    answerAll()
    expect((await answers).map(({ body }) => body)).toEqual(Array.from({ length: 5 }, () => 'before'))
  })

  it('never get an answer that was under way before them: what we did meanwhile is in theirs', async () => {
    const { ask, left, effect, answerAll } = slowApi()
    const first = ask('/routers')
    await turn()
    await turn()
    effect()
    const second = ask('/routers')
    await turn()
    await turn()
    expect(left).toEqual(['/routers', '/routers'])
    answerAll()
    expect([(await first).body, (await second).body]).toEqual(['before', 'after'])
  })

  it('share a failure, and the next one asks again', async () => {
    let asked = 0
    const ask = onceATurn(async () => {
      asked += 1
      if (asked === 1) throw new Error('refused')
      return { status: 200, body: [] }
    })
    expect((await Promise.allSettled([ask('/routers'), ask('/routers')])).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await ask('/routers')).toEqual({ status: 200, body: [] })
    expect(asked).toBe(2)
  })
})
