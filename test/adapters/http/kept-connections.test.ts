import type { Socket } from 'node:net'
import { expect, it } from 'vitest'
import { jsonClient } from './json-clients.ts'
import { httpServer } from './loopback.ts'

/** Tells which connection each request came by. */
async function watchedServer() {
  const asked: { readonly method: string | undefined; readonly socket: Socket }[] = []
  const server = await httpServer((request, response) => {
    asked.push({ method: request.method, socket: request.socket })
    response.end('{}')
  })
  return { server, asked }
}

it('a write does not go over the connection that reads keep: a proxy may have ended it', async () => {
  const { server, asked } = await watchedServer()
  const client = jsonClient(`http://${server.address}`)
  for (let i = 0; i < 20; i++) await client.request('GET', '/')
  const kept = new Set(asked.map(({ socket }) => socket))
  expect(kept.size).toBeLessThan(20)
  await client.request('PATCH', '/', { body: {} })
  expect(asked.at(-1)?.method).toBe('PATCH')
  expect(kept.has(asked[20]?.socket as Socket)).toBe(false)
  await client.request('POST', '/', { body: {}, onlyAsks: true })
  expect(kept.has(asked[21]?.socket as Socket)).toBe(true)
  await client.close()
  await server.close()
})
