import { expect, test } from 'vitest'
import { askThroughHost } from '../../../src/adapters/traefik/through-host.ts'
import type { HostPort } from '../../../src/domain/ports/host.ts'
import type { HttpExchange, VisitorPort } from '../../../src/domain/ports/visitor.ts'
import { answered, notAnswered } from '../../fakes/ports/visitor.ts'

const API = { host: '127.0.0.1', port: 8080 }
const URL = 'http://127.0.0.1:8080/'

/** A host whose tunnels count their users, as the real one's do: one ends with its last user, or dies; then the next use opens another. */
function sshHost() {
  const opened: string[] = []
  const ended: string[] = []
  let live: { path: string; users: number } | undefined
  const host: Pick<HostPort, 'tunnel'> = {
    async tunnel() {
      if (live === undefined) opened.push((live = { path: `/run/tunnel-${opened.length + 1}`, users: 0 }).path)
      const mine = live
      mine.users += 1
      let closed = false
      return {
        socketPath: mine.path,
        async close() {
          if (closed) return
          closed = true
          mine.users -= 1
          if (mine.users > 0) return
          ended.push(mine.path)
          if (live === mine) live = undefined
        },
      }
    },
  }
  return { host: host as HostPort, opened, ended, die: () => void (live = undefined) }
}

/** Answers as each socket is told to; until then a request waits. */
function sockets() {
  const waiting: { readonly path: string; answer(exchange: HttpExchange): void }[] = []
  const visitor: VisitorPort = {
    ask: ({ socketPath = '' }) => new Promise((resolve) => void waiting.push({ path: socketPath, answer: resolve })),
  }
  const next = async () => {
    await expect.poll(() => waiting.length).toBeGreaterThan(0)
    const [first] = waiting.splice(0, 1)
    if (first === undefined) throw new Error('nobody asks')
    return first
  }
  return { visitor, next }
}

test('one tunnel serves all requests, one after the other and at once', async () => {
  const { host, opened, ended } = sshHost()
  const ask = askThroughHost(host, { ask: async () => answered(200) })
  await Promise.all([ask(API, { url: URL }), ask(API, { url: URL })])
  await ask(API, { url: URL })
  expect({ opened, ended }).toEqual({ opened: ['/run/tunnel-1'], ended: [] })
})

test('one that died is replaced for all requests after it', async () => {
  const { host, opened, ended, die } = sshHost()
  const ask = askThroughHost(host, { ask: async () => answered(200) })
  await ask(API, { url: URL })
  die()
  await ask(API, { url: URL })
  await ask(API, { url: URL })
  expect({ opened, ended }).toEqual({ opened: ['/run/tunnel-1', '/run/tunnel-2'], ended: ['/run/tunnel-1'] })
})

test('a tunnel that refuses one request is not taken from under another', async () => {
  const { host, ended } = sshHost()
  const { visitor, next } = sockets()
  const ask = askThroughHost(host, visitor)
  const slow = ask(API, { url: URL })
  const onFirst = await next()
  const refused = ask(API, { url: URL })
  ;(await next()).answer(notAnswered('refused'))
  const again = await next()
  expect(ended).not.toContain(onFirst.path)
  again.answer(answered(200))
  onFirst.answer(answered(204))
  expect([await slow, await refused]).toMatchObject([{ status: 204 }, { status: 200 }])
})

test('a late refusal does not end the tunnel that was opened since', async () => {
  const { host, opened, ended, die } = sshHost()
  const { visitor, next } = sockets()
  const ask = askThroughHost(host, visitor)
  const late = ask(API, { url: URL })
  const onFirst = await next()
  die()
  const fresh = ask(API, { url: URL })
  const onSecond = await next()
  expect([onFirst.path, onSecond.path]).toEqual(opened)
  onFirst.answer(notAnswered('refused'))
  ;(await next()).answer(answered(200))
  onSecond.answer(answered(200))
  await Promise.all([late, fresh])
  expect(ended).toEqual(['/run/tunnel-1'])
})
