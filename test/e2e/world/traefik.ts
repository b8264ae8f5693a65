import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createAuthority } from '../../../src/lab/certificates.ts'
import {
  API_SERVER,
  BARE_DOMAIN,
  CATALOG,
  DYNAMIC_CONFIG,
  EDGE_API,
  EDGE_PLAIN,
  EDGE_VISITORS,
  INGRESS,
  INGRESS_API,
  INGRESS_PORT,
  SITE,
} from './addresses.ts'
import type { WorldFolder } from './folder.ts'
import { tokenOf } from './kubernetes.ts'
import type { Server } from './server.ts'
import type { WorldSettings } from './settings.ts'

const FIXTURE = fileURLToPath(new URL('../../../fixtures/jayne-martin-counselling/edge/dynamic_conf.yml', import.meta.url))
/** A path of the host as the edge, which runs in no container here, finds it. */
export const onHost = (folder: WorldFolder, path: string): string => folder.in('hestia', path)
const address = (url: string): string => new URL(url).host

/** The two Traefiks' files: the edge's dynamic one is the fixture, as its host would have it, and the site's certificate. Gives the authority's PEM. */
export async function writeTraefikFiles(folder: WorldFolder, settings: WorldSettings): Promise<string> {
  const authority = await createAuthority('world-edge')
  const site = await authority.issue([SITE, BARE_DOMAIN])
  await writeFile(folder.in('tls', 'ca.crt'), authority.certPem)
  await writeFile(folder.in('tls', 'site.crt'), site.certPem)
  await writeFile(folder.in('tls', 'site.key'), site.keyPem, { mode: 0o600 })

  const dynamic = onHost(folder, DYNAMIC_CONFIG)
  await mkdir(dirname(dynamic), { recursive: true })
  const certificates = `\ntls:\n    certificates:\n        - { certFile: ${folder.in('tls', 'site.crt')}, keyFile: ${folder.in('tls', 'site.key')} }\n`
  await writeFile(dynamic, (await readFile(FIXTURE, 'utf8')).trimEnd() + certificates)
  await writeFile(folder.in('etc', 'edge.yml'), JSON.stringify(edgeConfiguration(dynamic, settings)))
  await writeFile(folder.in('etc', 'ingress.yml'), JSON.stringify(ingressConfiguration(folder)))
  // Resolves on the edge and, as in its container, nowhere else.
  await writeFile(folder.in('hosts'), `127.0.0.1 localhost\n${INGRESS} host.docker.internal\n`)
  return authority.certPem
}

const QUIET = { global: { checkNewVersion: false, sendAnonymousUsage: false }, log: { level: 'INFO' }, api: { insecure: true } }

const edgeConfiguration = (dynamic: string, settings: WorldSettings): object => ({
  ...QUIET,
  entryPoints: {
    web: { address: EDGE_PLAIN },
    websecure: { address: EDGE_VISITORS, http: { tls: {} } },
    traefik: { address: address(EDGE_API) },
  },
  providers: {
    providersThrottleDuration: settings.throttle,
    file: { ...(settings.fileProvider === 'file' ? { filename: dynamic } : { directory: dirname(dynamic) }), watch: true },
    consulCatalog: { endpoint: { address: address(CATALOG) }, exposedByDefault: false, refreshInterval: settings.catalogRefresh },
  },
  ...(settings.metrics
    ? { metrics: { prometheus: { entryPoint: 'traefik', addEntryPointsLabels: true, addRoutersLabels: true, addServicesLabels: true } } }
    : {}),
})

const ingressConfiguration = (folder: WorldFolder): object => ({
  ...QUIET,
  entryPoints: {
    web: { address: `${INGRESS}:80` },
    // Without http.tls an Ingress that has no annotations is 404 here.
    websecure: { address: `${INGRESS}:${INGRESS_PORT}`, http: { tls: {} } },
    traefik: { address: address(INGRESS_API) },
  },
  providers: {
    providersThrottleDuration: '100ms',
    kubernetesIngress: {
      endpoint: API_SERVER,
      certAuthFilePath: folder.in('pki', 'ca.crt'),
      token: tokenOf(folder, 'ingress'),
      ingressClass: 'traefik',
      ingressEndpoint: { ip: INGRESS },
    },
  },
})

/** `edge` is Hestia's Traefik, `ingress` the cluster's. */
export const traefik = (folder: WorldFolder, program: string, name: 'edge' | 'ingress'): Server => ({
  name,
  command: [program, `--configFile=${folder.in('etc', `${name}.yml`)}`],
})
