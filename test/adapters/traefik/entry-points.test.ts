import { describe, expect, it } from 'vitest'
import type { RequestApi } from '../../../src/adapters/traefik/api-client.ts'
import { routersAndEntryPoints } from '../../../src/adapters/traefik/entry-points.ts'
import { requestApiThroughHost } from '../../../src/adapters/traefik/request-api.ts'
import type { HostPort } from '../../../src/domain/ports/host.ts'

/** An API that is asked over connections of which `process` tells, and how often each list was asked for. */
function traefik() {
  const state: { process: number | undefined; routers: readonly object[]; points: readonly string[] } = {
    process: 0,
    routers: [{ name: 'a@file', entryPoints: ['web'] }],
    points: ['web'],
  }
  const asked = { routers: 0, entryPoints: 0 }
  const request: RequestApi = async (path) => {
    const isPoints = path.startsWith('/api/entrypoints')
    asked[isPoints ? 'entryPoints' : 'routers'] += 1
    const body = JSON.parse(JSON.stringify(isPoints ? state.points.map((name) => ({ name, address: ':80' })) : state.routers))
    return { status: 200, body, ...(state.process !== undefined && { process: state.process }) }
  }
  return { state, asked, request, ask: routersAndEntryPoints(request) }
}

describe('entry points', () => {
  it('are asked once while Traefik runs, and its routers each time', async () => {
    const { ask, asked } = traefik()
    for (let time = 0; time < 3; time++) expect((await ask()).points.map(({ name }) => name)).toEqual(['web'])
    expect(asked).toEqual({ routers: 3, entryPoints: 1 })
  })

  it('are asked again after it was started anew', async () => {
    const { ask, asked, state } = traefik()
    await ask()
    Object.assign(state, { process: 1, points: ['web', 'more'] })
    expect((await ask()).points.map(({ name }) => name)).toEqual(['web', 'more'])
    await ask()
    expect(asked).toEqual({ routers: 3, entryPoints: 2 })
  })

  it('are asked again where a router listens on one that is not known', async () => {
    const { ask, asked, state } = traefik()
    await ask()
    Object.assign(state, { routers: [{ name: 'b@file', entryPoints: ['web', 'more'] }], points: ['more'] })
    expect((await ask()).points.map(({ name }) => name)).toEqual(['more'])
    expect(asked).toEqual({ routers: 2, entryPoints: 2 })
  })

  it('are asked each time where nobody knows which process answers', async () => {
    const { ask, asked, state } = traefik()
    state.process = undefined
    for (let time = 0; time < 3; time++) await ask()
    expect(asked).toEqual({ routers: 3, entryPoints: 3 })
  })
})

describe('the process that answers', () => {
  const unasked = async (): Promise<never> => {
    throw new Error('not asked here')
  }
  const host: HostPort = {
    describe: unasked,
    readFile: unasked,
    replaceFile: unasked,
    hashFile: unasked,
    tunnel: async () => ({ socketPath: '/run/x', close: async () => {} }),
    close: async () => {},
  }

  it('is the one of before as long as no connection has ended, and unknown where one ends meanwhile', async () => {
    let ended = 0
    let whileAsked = (): void => {}
    const request = requestApiThroughHost({
      host,
      api: 'http://127.0.0.1:8080',
      visitor: {
        ended: () => ended,
        ask: async () => {
          whileAsked()
          return { ok: true, status: 200, headers: {}, body: '{}', timings: {} }
        },
      },
    })
    const first = await request('/api/version')
    expect((await request('/api/version')).process).toBe(first.process)
    ended += 1
    expect((await request('/api/version')).process).not.toBe(first.process)
    whileAsked = () => void (ended += 1)
    expect(await request('/api/version')).toEqual({ status: 200, body: {} })
  })
})
