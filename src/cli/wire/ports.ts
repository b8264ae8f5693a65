import { randomBytes } from 'node:crypto'
import { createHost } from '../../adapters/ssh/host.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import type { Targets } from '../../domain/plan.ts'
import type { HostPort, Ports } from '../../domain/ports/index.ts'
import type { Problem } from '../../domain/problem.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { TargetName } from '../../domain/step-kind.ts'
import { onceATurn } from './once-a-turn.ts'
import type { ResolvedTargets } from './resolve-targets.ts'

/** The real outside world. `close` ends every connection and process that was kept. */
export interface OpenPorts {
  readonly ports: Ports
  close(): Promise<void>
}

export async function openPorts(targets: ResolvedTargets, named: Targets): Promise<OpenPorts> {
  const clock = systemClock
  // The edge's host takes longest to let us in: it is asked before all else is loaded.
  const hosts = Object.fromEntries(
    Object.entries(targets.hosts).map(([name, host]) => [name, createHost({ name, ...host, soon: name === targets.edge?.host })] as const),
  )
  const {
    createEdge,
    createKeptVisitor,
    createKubernetes,
    createNomad,
    createReleases,
    createRendering,
    createVisitor,
    requestApiThroughHost,
  } = await import('./adapters.ts')
  const visitor = createVisitor()
  const kept = createKeptVisitor()
  const kubernetes = targets.kubernetes && createKubernetes({ ...targets.kubernetes, clock })
  const describeKubernetes = kubernetes && onceATurn(() => kubernetes.describe())
  const nomad = targets.nomad && createNomad({ ...targets.nomad, clock })
  const host = targets.edge && hostOf(hosts, targets.edge.host)
  const edge =
    targets.edge &&
    host &&
    createEdge({
      edge: targets.edge,
      host: { ...host, readFile: onceATurn((path) => host.readFile(path)), hashFile: onceATurn((path) => host.hashFile(path)) },
      hostName: targets.edge.host,
      visitor,
      requestApi: onceATurn(requestApiThroughHost({ host, visitor: kept, api: targets.edge.api })),
    })
  return {
    ports: {
      clock,
      visitor,
      randomHex: (bytes) => randomBytes(bytes).toString('hex'),
      kubernetes:
        kubernetes && describeKubernetes ? { ...kubernetes, describe: () => describeKubernetes('cluster') } : missing('kubernetes', named),
      nomad: nomad ?? missing('nomad', named),
      edge: edge ?? missing('edge', named),
      hosts,
      rendering: createRendering({ env: process.env }),
      ...(targets.kubernetes?.helm && { helm: createReleases({ ...targets.kubernetes.helm, env: process.env }) }),
    },
    close: async () =>
      void (await Promise.allSettled([
        kubernetes?.close(),
        nomad?.close(),
        kept.close(),
        ...Object.values(hosts).map((each) => each.close()),
      ])),
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

/**
 * A target that the plan does not name, or that no step on the way of this command needs: every use of it is a problem, not a crash. The plan's
 * rules find the one before, the choice of what is needed leaves nobody to find the other.
 */
function missing<Port extends object>(target: TargetName, named: Targets): Port {
  const problem: Problem =
    named[target] === undefined
      ? {
          code: 'target-missing',
          summary: `the plan names no targets.${target}`,
          next: [`add targets.${target} to the plan`],
          effect: 'no',
          exitCode: 65,
        }
      : {
          code: 'target-not-opened',
          summary: `targets.${target} was not opened: nothing that this command may do needs it`,
          next: [`a run that goes further opens it: leave out --to`],
          effect: 'no',
        }
  return new Proxy({} as Port, {
    get: () => () => {
      throw new ProblemError(problem)
    },
  })
}
