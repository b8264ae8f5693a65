import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { setting } from './setting.ts'

/** What a real Traefik 3.7.15 answered, with entry points web, websecure (TLS of its own) and traefik. */
const recording = (name: string): any => JSON.parse(readFileSync(new URL(`recordings/${name}.json`, import.meta.url), 'utf8')) // oxlint-disable-line typescript/no-explicit-any

describe("the lab's API answers as a real Traefik did", () => {
  it('about the file: enabled, disabled and warned routers, split entry points, services', async () => {
    const real = recording('file-provider')
    const { api } = setting(real.dynamicFile)
    expect((await api('/api/http/routers?per_page=1000')).body).toEqual(real.routers.map(exact))
    expect((await api('/api/http/services?per_page=1000')).body).toEqual(real.services)
    for (const router of real.routers) expect((await api(`/api/http/routers/${router.name}`)).body).toEqual(exact(router))
  })

  it('about names that it does not have', async () => {
    const real = recording('file-provider')
    const { edge } = setting(real.dynamicFile)
    for (const [kind, path] of [
      ['router', '/api/http/routers/nosuch@file'],
      ['service', '/api/http/services/nosuch%40file'],
    ] as const) {
      const answer = await edge.api({
        method: 'GET',
        path,
        query: new URLSearchParams(),
        headers: {},
        body: '',
        signal: new AbortController().signal,
      })
      expect(answer).toMatchObject({
        status: real.notFound[kind].status,
        headers: { 'content-type': real.notFound[kind].contentType },
        body: real.notFound[kind].body,
      })
    }
  })

  it('page by page', async () => {
    const real = recording('file-provider')
    const { api } = setting(real.dynamicFile)
    for (const page of real.pages) {
      const answer = await api(`/api/entrypoints?${page.query}`)
      expect(answer.status, page.query).toBe(page.status)
      if (page.status === 200) {
        expect(answer.headers['x-next-page']).toBe(page.next)
        expect(answer.body.map(({ name }: { name: string }) => name)).toEqual(page.names)
      } else expect(answer.body).toEqual(JSON.parse(page.names))
    }
  })

  it('about entry points', async () => {
    const real = recording('file-provider')
    const shape = ({ name, http }: { name: string; http: { tls?: unknown } }) => ({ name, tls: http.tls })
    expect((await setting('').api('/api/entrypoints')).body.map(shape)).toEqual(real.entryPoints.map(shape))
  })

  it('about the catalog', async () => {
    const real = recording('catalog-provider')
    const lab = setting('')
    lab.instances = Object.entries(real.tags as Record<string, string[]>).map(([service, tags]) => ({
      service,
      id: service,
      address: real.address,
      port: real.port,
      tags,
      connect: false,
    }))
    expect((await lab.api('/api/http/routers?per_page=1000')).body).toEqual(real.routers.map(exact))
    expect((await lab.api('/api/http/services?per_page=1000')).body).toEqual(real.services)
  })
})

describe('the lab takes and refuses files as a real Traefik did', () => {
  const { before, cases } = recording('accepted-files')
  it.each(cases as { case: string; file: string; routers: string[] }[])('$case', async ({ file, routers }) => {
    const lab = setting(before)
    await lab.api('/api/version')
    lab.edge.refresh()
    lab.file = file
    lab.now += lab.world.throttleMs
    const running = (await lab.api('/api/http/routers?per_page=1000')).body.map(({ name }: { name: string }) => name)
    expect(running.toSorted()).toEqual(routers)
  })
})

/** Numbers were recorded as text, as JSON from Go has larger ones than JavaScript. */
const exact = (router: Record<string, unknown>) => ({
  ...router,
  ...(router['priority'] !== undefined && { priority: Number(router['priority']) }),
})
