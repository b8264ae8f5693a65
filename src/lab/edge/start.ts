import { readFileSync, statSync } from 'node:fs'
import type { Authority } from '../certificates.ts'
import { createSelfSigned } from '../certificates.ts'
import type { LabContext, LabHandler, LabKubernetes, LabListener, LabNomad } from '../contract.ts'
import { CLIENT_CERTIFICATE_HEADER, listen } from '../http.ts'
import type { LabEdgeOnHost } from './lab-edge.ts'
import { createLabEdge } from './lab-edge.ts'
import type { EdgeWorld } from './world.ts'

/** How often file and catalog are looked at, milliseconds. */
const POLL_MS = 50

export interface StartLabEdgeOptions {
  readonly world: EdgeWorld
  readonly context: LabContext
  readonly nomad: LabNomad
  readonly kubernetes: LabKubernetes
  /** Path of the dynamic file on this machine; it may come and go. */
  readonly dynamicFile: string
  /** Signs the certificate for the site and, apart from it, one that the cluster shows for another domain. */
  readonly authority: Authority
  /** Further names that the edge's certificate is for; the site's host and its bare domain always are. */
  readonly names?: readonly string[]
}

export interface RunningLabEdge {
  readonly edge: LabEdgeOnHost
  readonly api: LabListener
  readonly websecure: LabListener
  readonly ingress: LabListener
  /** Where a connection from the edge's host to this address leads on loopback; undefined: refused. For `startLabHost({ forward })`. */
  forward(host: string, port: number): { readonly port: number } | undefined
  close(): Promise<void>
}

/** The edge on loopback sockets: HTTPS for visitors, the API, the cluster's ingress, and a door for each instance of the catalog. */
export async function startLabEdge(options: StartLabEdgeOptions): Promise<RunningLabEdge> {
  const { world, context, nomad, kubernetes } = options
  const edge = createLabEdge(world, context, { readDynamicFile: fileReader(options.dynamicFile), nomad, kubernetes })
  const names = [world.siteHost, world.siteHost.replace(/^www\./, ''), ...(options.names ?? [])]
  const certificates = {
    edge: await options.authority.issue(names),
    other: await options.authority.issue(['*.brmartin.co.uk']),
    // Who asks for a name that Traefik has no certificate for is shown one of its own, self-signed.
    none: await createSelfSigned('TRAEFIK DEFAULT CERT', 'lab.traefik.default'),
  }
  const tls = ({ certPem, keyPem }: { readonly certPem: string; readonly keyPem: string }) => ({ cert: certPem, key: keyPem })
  const api = await listen(edge.api)
  const websecure = await listen((request) => edge.visit('websecure', request), {
    tls: { ...tls(certificates.none), named: { names, ...tls(certificates.edge) } },
  })
  const ingress = await listen(async (request) => kubernetes.ingress(request), { tls: tls(certificates.other) })
  const doors = instanceDoors(nomad, { ...tls(certificates.other), ca: options.authority.certPem })
  const look = async (): Promise<void> => {
    edge.refresh()
    await doors.update()
  }
  await look()
  const poll = setInterval(() => void look(), POLL_MS)
  poll.unref()
  return {
    edge,
    api,
    websecure,
    ingress,
    forward: (host, port) => {
      const address = `${host}:${port}`
      if (address === world.addresses.api) return api
      if (address === world.addresses.visitors) return websecure
      if (world.addresses.ingress.includes(address)) return ingress
      // A dead allocation listens no more, although the catalog goes on naming it.
      return context.faults.has('nomad-gone') ? undefined : doors.find(address)
    },
    close: async () => {
      clearInterval(poll)
      await Promise.all([api.close(), websecure.close(), ingress.close(), doors.close()])
    },
  }
}

/** The file's text, read again only where its inode, size or time of change differs. */
function fileReader(path: string): () => string | undefined {
  let last: { readonly mark: string; readonly text: string } | undefined
  return () => {
    try {
      const { ino, size, mtimeMs, ctimeMs } = statSync(path)
      const mark = `${ino} ${size} ${mtimeMs} ${ctimeMs}`
      if (last?.mark !== mark) last = { mark, text: readFileSync(path, 'utf8') }
      return last.text
    } catch {
      return undefined
    }
  }
}

interface Doors {
  update(): Promise<void>
  find(address: string): LabListener | undefined
  close(): Promise<void>
}

/** A listener for each instance of the catalog while it is there; one of the mesh speaks mutual TLS and drops whoever shows no certificate. */
function instanceDoors(nomad: LabNomad, tls: { readonly cert: string; readonly key: string; readonly ca: string }): Doors {
  const open = new Map<string, LabListener>()
  let work: Promise<void> = Promise.resolve()
  const update = async (): Promise<void> => {
    const instances = new Map(nomad.catalog().map((instance) => [`${instance.address}:${instance.port}`, instance]))
    for (const [address, door] of open) {
      if (instances.has(address)) continue
      open.delete(address)
      await door.close()
    }
    for (const [address, { id, connect }] of instances) {
      if (open.has(address)) continue
      const answer: LabHandler = async (request) =>
        connect && request.headers[CLIENT_CERTIFICATE_HEADER] === undefined ? 'drop' : nomad.answer(id, request)
      open.set(address, await listen(answer, connect ? { tls: { ...tls, requestCert: true } } : {}))
    }
  }
  return {
    update: () => (work = work.then(update)),
    find: (address) => open.get(address),
    close: async () => {
      await work
      await Promise.all([...open.values()].map((door) => door.close()))
    },
  }
}
