import { MockAgent } from 'undici'
import { describe, expect, it } from 'vitest'

import type { JsonClient, JsonClientOptions } from '../../../src/adapters/http/json-client.ts'
import { createJsonClient } from '../../../src/adapters/http/json-client.ts'
import { problemOf } from '../problem-of.ts'
import { echoServer, jsonClient } from './json-clients.ts'
import { closedAfterEach, httpServer } from './loopback.ts'

const kept = closedAfterEach()
const client = (baseUrl: string, options?: Partial<JsonClientOptions>): JsonClient => kept(jsonClient(baseUrl, options))

describe('json client', () => {
  it('sends method, path below the base URL, query, headers and a JSON body', async () => {
    const server = kept(await echoServer())
    const answer = await client(`http://${server.address}/k8s/clusters/c1/`, {
      headers: () => Promise.resolve({ authorization: 'Bearer one' }),
    }).request('PATCH', '/api/v1/pods', {
      query: { fieldManager: 'a b', force: false, missing: undefined, tag: ['x', 'y'] },
      body: { a: [1, null] },
      contentType: 'application/apply-patch+yaml',
      headers: { 'x-more': 'yes' },
    })
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({
      method: 'PATCH',
      url: '/k8s/clusters/c1/api/v1/pods?fieldManager=a+b&force=false&tag=x&tag=y',
      headers: { authorization: 'Bearer one', 'content-type': 'application/apply-patch+yaml', 'x-more': 'yes', accept: 'application/json' },
      body: '{"a":[1,null]}',
    })
  })

  it('asks for headers before each request, and appends a query to one in the path', async () => {
    const server = kept(await echoServer())
    let token = 0
    const asking = client(`http://${server.address}`, { headers: () => Promise.resolve({ 'x-token': String(++token) }) })
    await asking.request('GET', '/')
    expect((await asking.request('GET', '/?a=1', { query: { b: 2 } })).body).toMatchObject({
      headers: { 'x-token': '2' },
      url: '/?a=1&b=2',
    })
    expect(asking.requestCount).toBe(2)
  })

  it('keeps its connections', async () => {
    const server = kept(await echoServer())
    const asking = client(`http://${server.address}`)
    for (let i = 0; i < 12; i++) await asking.request('GET', '/')
    expect(server.connections()).toBeLessThanOrEqual(2)
  })

  it('takes any status as an answer, and text that is no JSON as text', async () => {
    const server = kept(
      await httpServer((request, response) => {
        response
          .writeHead(request.url === '/empty' ? 204 : 500, { 'X-Twice': ['a', 'b'] })
          .end(request.url === '/empty' ? '' : 'rpc error {')
      }),
    )
    const asking = client(`http://${server.address}`)
    expect(await asking.request('GET', '/')).toMatchObject({
      status: 500,
      body: undefined,
      text: 'rpc error {',
      headers: { 'x-twice': 'a, b' },
    })
    expect(await asking.request('DELETE', '/empty')).toMatchObject({ status: 204, body: undefined, text: '' })
  })

  it('does not follow redirects', async () => {
    const server = kept(await httpServer((_request, response) => response.writeHead(307, { location: '/elsewhere' }).end()))
    expect(await client(`http://${server.address}`).request('GET', '/')).toMatchObject({ status: 307, headers: { location: '/elsewhere' } })
  })

  it('answers from a given dispatcher, and leaves it open', async () => {
    const agent = new MockAgent()
    agent.disableNetConnect()
    agent
      .get('http://lab')
      .intercept({ path: '/v1/jobs', method: 'GET' })
      .reply(200, [1], { headers: { 'content-type': 'application/json' } })
      .times(2)
    const asking = createJsonClient({ baseUrl: 'http://lab', dispatcher: agent, headers: () => Promise.resolve({}), timeoutMs: 1_000 })
    expect((await asking.request('GET', '/v1/jobs')).body).toEqual([1])
    await asking.close()
    expect((await asking.request('GET', '/v1/jobs')).status).toBe(200)
    await agent.close()
  })

  it.each([
    ['ftp://host', 'url-invalid'],
    ['nomad:4646x', 'url-invalid'],
  ])('refuses the base URL %s', async (url, code) => {
    expect(
      await problemOf(Promise.resolve().then(() => createJsonClient({ baseUrl: url, headers: () => Promise.resolve({}), timeoutMs: 1 }))),
    ).toMatchObject({ code })
  })
})
