import { readFile, stat } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { request } from 'undici'
import type { Agent } from 'undici'
import type { Sight } from './facts.ts'

/** How often it looks, milliseconds: where something is about to change, and where nothing is. */
const SOON_MS = 20
const FILE_MS = 5
const IDLE_MS = 250
const ENDED = new Set(['complete', 'failed'])

export interface Places {
  readonly site: string
  readonly text: string
  /** The router's name, without its provider. */
  readonly router: string
  readonly edgeFile: string
  readonly edgeApi: string
  /** `host:port` of the cluster's Traefik. */
  readonly ingress: string
  readonly nomad: string
  readonly nomadToken: string
  readonly job: string
  readonly jobNamespace: string
}

type See = (what: Sight) => void
/** What the file on the host says now, and what Traefik shows; both false at the beginning. */
interface Edge {
  written: boolean
  loaded: boolean
}

/** Looks at all of it until the process ends. */
export const lookAround = (places: Places, agent: Agent, see: See): Promise<unknown> => {
  const edge: Edge = { written: false, loaded: false }
  return Promise.all([
    lookAtFile(places, edge, see),
    lookAtTraefik(places, edge, see),
    lookAtIngress(places, agent, see),
    lookAtNomad(places, edge, see),
  ])
}

async function lookAtFile({ edgeFile, router }: Places, edge: Edge, see: See): Promise<never> {
  let inode: string | undefined
  for (;;) {
    // An exchange of names leaves no moment without a file; an editor may.
    const now = await stat(edgeFile).then(
      ({ ino, mtimeMs, size }) => `${ino} ${mtimeMs} ${size}`,
      () => inode,
    )
    if (now !== inode) {
      const written = (await readFile(edgeFile, 'utf8')).includes(`${router}:`)
      if (written !== edge.written) see(written ? 'router-written' : 'router-removed')
      inode = now
      edge.written = written
    }
    await pause(FILE_MS)
  }
}

/** Every 20 ms from a write until Traefik shows what was written; it is left alone otherwise. */
async function lookAtTraefik({ edgeApi, router }: Places, edge: Edge, see: See): Promise<never> {
  for (;;) {
    while (edge.loaded === edge.written) await pause(FILE_MS)
    const answer = await asked(`${edgeApi}/api/http/routers/${router}@file`)
    const loaded = answer?.status === 200 ? answer.body.includes('"status":"enabled"') : answer?.status === 404 ? false : edge.loaded
    if (loaded !== edge.loaded) see(loaded ? 'router-loaded' : 'router-unloaded')
    edge.loaded = loaded
    await pause(SOON_MS)
  }
}

/** Until the site is there as the edge would be given it. */
async function lookAtIngress({ ingress, site, text }: Places, agent: Agent, see: See): Promise<void> {
  for (;;) {
    const answer = await asked(`https://${ingress}/`, { host: site }, agent)
    if (answer?.status === 200 && answer.body.includes(text)) return see('new-side-answers')
    await pause(SOON_MS)
  }
}

async function lookAtNomad({ nomad, nomadToken, job, jobNamespace }: Places, edge: Edge, see: See): Promise<void> {
  const headers = { 'x-nomad-token': nomadToken }
  const about = (part = ''): Promise<Answer | undefined> => asked(`${nomad}/v1/job/${job}${part}?namespace=${jobNamespace}`, headers)
  let stopped = false
  let ended = false
  for (;;) {
    const answer = await about()
    if (stopped && answer?.status === 404) return see('job-gone')
    if (!stopped && answer?.status === 200 && (JSON.parse(answer.body) as { readonly Stop: boolean }).Stop) {
      stopped = true
      see('job-stopped')
    }
    if (stopped && !ended) {
      const { status, body } = (await about('/allocations')) ?? { status: 0, body: '' }
      ended =
        status === 200 && (JSON.parse(body) as readonly { readonly ClientStatus: string }[]).every((each) => ENDED.has(each.ClientStatus))
      if (ended) see('allocations-ended')
    }
    await pause(edge.loaded ? SOON_MS : IDLE_MS)
  }
}

interface Answer {
  readonly status: number
  readonly body: string
}

/** Undefined where there was no answer. */
async function asked(url: string, headers: Readonly<Record<string, string>> = {}, dispatcher?: Agent): Promise<Answer | undefined> {
  try {
    const answer = await request(url, {
      headers,
      signal: AbortSignal.timeout(2_000),
      ...(dispatcher && { dispatcher }),
    })
    return { status: answer.statusCode, body: await answer.body.text() }
  } catch {
    return undefined
  }
}
