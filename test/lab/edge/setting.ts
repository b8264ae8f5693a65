import type { CatalogInstance, LabFault, LabRequest, LabResponse } from '../../../src/lab/contract.ts'
import type { EdgeWorld, EdgeWorldOptions, LabEdgeOnHost } from '../../../src/lab/edge/index.ts'
import { createLabEdge, initialEdgeWorld } from '../../../src/lab/edge/index.ts'

/** A lab edge over a file, a catalog and upstreams that a test holds in its hand, in a time that it moves. */
export interface Setting {
  readonly world: EdgeWorld
  readonly edge: LabEdgeOnHost
  file: string | undefined
  instances: readonly CatalogInstance[]
  now: number
  changes: number
  /** What the cluster's ingress answers. */
  cluster: (request: LabRequest) => LabResponse | 'drop'
  /** JSON of an API path. */
  readonly api: (
    path: string,
  ) => Promise<{ readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: any }> // oxlint-disable-line typescript/no-explicit-any
  visit(url: string, headers?: Readonly<Record<string, string>>): Promise<LabResponse | 'drop'>
}

export function setting(
  file: string | undefined,
  options: Partial<EdgeWorldOptions> & { readonly faults?: readonly LabFault[]; readonly world?: EdgeWorld } = {},
): Setting {
  const world = options.world ?? initialEdgeWorld({ siteHost: 'www.site.test', ...options })
  const context = {
    clock: { now: () => self.now, monotonic: () => self.now, sleep: async () => undefined },
    faults: new Set(options.faults),
    changed: () => void self.changes++,
  }
  const edge = createLabEdge(world, context, {
    readDynamicFile: () => self.file,
    nomad: {
      catalog: () => self.instances,
      answer: (id) => (self.instances.some((each) => each.id === id) ? { status: 200, body: `nomad ${id}` } : 'drop'),
    },
    kubernetes: { ingress: (request) => self.cluster(request) },
  })
  const self: Setting = {
    world,
    edge,
    file,
    instances: [],
    now: 1_000_000,
    changes: 0,
    cluster: () => ({ status: 200, body: 'kubernetes' }),
    api: async (path) => {
      const answer = await edge.api(requestFor(`http://127.0.0.1:8080${path}`))
      if (answer === 'drop') throw new Error('the API dropped the request')
      return { status: answer.status, headers: answer.headers ?? {}, body: parsed(answer.body) }
    },
    visit: (url, headers) => edge.visit(url.startsWith('https') ? 'websecure' : 'web', requestFor(url, headers)),
  }
  return self
}

export function requestFor(url: string, headers: Readonly<Record<string, string>> = {}): LabRequest {
  const { pathname, searchParams, host } = new URL(url)
  return {
    method: 'GET',
    path: pathname,
    query: searchParams,
    headers: { host, ...headers },
    body: '',
    signal: new AbortController().signal,
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

export const instance = (service: string, tags: readonly string[], more: Partial<CatalogInstance> = {}): CatalogInstance => ({
  service,
  id: `${service}-1`,
  address: '127.0.0.1',
  port: 19_999,
  tags: ['traefik.enable=true', ...tags],
  connect: false,
  ...more,
})
