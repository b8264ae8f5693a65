import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { title, traefikBinary, whySkipped } from '../servers/tools.ts'
import type { RealTraefik } from './traefik.ts'
import { startTraefik, waitFor } from './traefik.ts'

/** What the lab's edge is held to (`test/lab/edge/recordings`), asked of a real Traefik again. */
const recording = (name: string): any =>
  JSON.parse(readFileSync(new URL(`../../lab/edge/recordings/${name}.json`, import.meta.url), 'utf8')) // oxlint-disable-line typescript/no-explicit-any

const reason = await whySkipped(traefikBinary)

describe.skipIf(reason)(title('the recordings of the lab, against a real Traefik', reason), () => {
  let folder: string
  let traefik: RealTraefik
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jmc-recordings-'))
    traefik = await startTraefik({ dynamicFile: join(folder, 'dynamic_conf.yml') })
  })
  afterAll(async () => {
    await traefik.close()
    await rm(folder, { recursive: true })
  })

  const items = async (kind: 'routers' | 'services') => {
    const { body } = await traefik.requestApi(`/api/http/${kind}?per_page=1000`)
    return (body as { readonly provider: string; readonly name: string }[]).filter(({ provider }) => provider === 'file')
  }
  const names = async () => (await items('routers')).map(({ name }) => name).toSorted()

  it('routers and services of the file provider', async () => {
    const recorded = recording('file-provider')
    await traefik.put(recorded.dynamicFile)
    await waitFor(async () => (await names()).length === recorded.routers.length, traefik.log)
    expect(await items('routers')).toEqual(
      recorded.routers.map((router: Record<string, unknown>) => ({
        ...router,
        ...(router['priority'] !== undefined && { priority: Number(router['priority']) }),
      })),
    )
    expect(await items('services')).toEqual(recorded.services)
  })

  const { before, cases } = recording('accepted-files')
  it.each(cases as { case: string; file: string; keepsOld: boolean; routers: string[] }[])(
    'what becomes of the file: $case',
    async ({ file, keepsOld, routers }) => {
      await traefik.put(before)
      await waitFor(async () => (await names()).join() === 'marker@file,websecure-marker@file', traefik.log)
      traefik.forgetLog()
      await traefik.put(file)
      // A file that is rejected changes nothing: the log says when it was read.
      await waitFor(
        async () =>
          keepsOld ? traefik.log().includes('Error occurred during watcher callback') : (await names()).join() === routers.join(),
        traefik.log,
      )
      expect(await names()).toEqual(routers)
    },
  )
})
