import { randomBytes } from 'node:crypto'
import { createVisitor } from '../../adapters/http/visitor.ts'
import { createKubernetes } from '../../adapters/kubernetes/kubernetes.ts'
import { createNomad } from '../../adapters/nomad/client.ts'
import { createHost } from '../../adapters/ssh/host.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import { createEdge } from '../../adapters/traefik/edge.ts'
import { requestApiThroughHost } from '../../adapters/traefik/request-api.ts'
import type { HostPort, Ports } from '../../domain/ports/index.ts'
import { ProblemError } from '../../domain/problem.ts'
import { onceATurn } from './once-a-turn.ts'
import type { ResolvedTargets } from './resolve-targets.ts'

/** The real outside world. `close` ends every connection and process that was kept. */
export interface OpenPorts {
  readonly ports: Ports
  close(): Promise<void>
}

export function openPorts(targets: ResolvedTargets): OpenPorts {
  const clock = systemClock
  const visitor = createVisitor()
  const kubernetes = targets.kubernetes && createKubernetes({ ...targets.kubernetes, clock })
  const nomad = targets.nomad && createNomad({ ...targets.nomad, clock })
  const hosts = Object.fromEntries(Object.entries(targets.hosts).map(([name, host]) => [name, createHost({ name, ...host })] as const))
  const host = targets.edge && hostOf(hosts, targets.edge.host)
  const edge =
    targets.edge &&
    host &&
    createEdge({
      edge: targets.edge,
      host,
      hostName: targets.edge.host,
      visitor,
      requestApi: onceATurn(requestApiThroughHost({ host, visitor, api: targets.edge.api })),
    })
  return {
    ports: {
      clock,
      visitor,
      randomHex: (bytes) => randomBytes(bytes).toString('hex'),
      kubernetes: kubernetes ?? missing('kubernetes'),
      nomad: nomad ?? missing('nomad'),
      edge: edge ?? missing('edge'),
      hosts,
    },
    close: async () =>
      void (await Promise.allSettled([kubernetes?.close(), nomad?.close(), ...Object.values(hosts).map((each) => each.close())])),
  }
}

function hostOf(hosts: Readonly<Record<string, HostPort>>, name: string): HostPort {
  const host = hosts[name]
  if (host) return host
  throw new ProblemError({
    code: 'target-missing',
    summary: `targets.edge.host names ${name}, which is not in targets.hosts`,
    next: [`add ${name} to targets.hosts`],
    effect: 'no',
    exitCode: 65,
  })
}

/** A target that the plan does not name: every use of it is a problem, not a crash. The plan's rules find that before. */
function missing<Port extends object>(target: string): Port {
  const problem = {
    code: 'target-missing',
    summary: `the plan names no targets.${target}`,
    next: [`add targets.${target} to the plan`],
    effect: 'no',
    exitCode: 65,
  } as const
  return new Proxy({} as Port, {
    get: () => () => {
      throw new ProblemError(problem)
    },
  })
}
