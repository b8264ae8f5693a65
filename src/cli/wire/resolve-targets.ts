import { readFile } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import type { Connect } from '../../adapters/kubernetes/connection.ts'
import { fromKubeconfig } from '../../adapters/kubernetes/kubeconfig.ts'
import type { NomadOptions } from '../../adapters/nomad/client.ts'
import type { EdgeTarget, HostTarget, KubernetesTarget, NomadTarget, Plan } from '../../domain/plan.ts'
import type { Problem } from '../../domain/problem.ts'
import { ProblemError } from '../../domain/problem.ts'

/** What the adapters need, with every template of the plan resolved. Lives in memory only. */
export interface ResolvedTargets {
  readonly kubernetes?: {
    readonly connect: Connect
    readonly namespace: string
    /** Where helm finds the same cluster; left out where helm cannot talk to it: in the lab. */
    readonly helm?: { readonly kubeconfig?: string; readonly context?: string }
  }
  readonly nomad?: Omit<NomadOptions, 'clock'>
  readonly hosts: Readonly<Record<string, ResolvedHost>>
  readonly edge?: EdgeTarget
}

export interface ResolvedHost {
  readonly ssh: string
  readonly sshConfig?: string
  readonly become?: 'sudo'
}

/** Resolves one template; `where` names the field for the problem. What is no secret is not blacked out wherever it is printed. */
export type Resolve = (template: string, where: string, secret?: 'secret') => Promise<string>

export interface ResolveOptions {
  readonly resolve: Resolve
  readonly env: Readonly<Record<string, string | undefined>>
  /** The plan's folder: relative paths start here. */
  readonly directory: string
}

/** All templates of all targets; rejects with every one that could not be resolved, at once. */
export async function resolveTargets(plan: Plan, options: ResolveOptions): Promise<ResolvedTargets> {
  const problems: Problem[] = []
  const gather = async <Value>(work: Promise<Value>): Promise<Value | undefined> => {
    try {
      return await work
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      problems.push(...error.problems)
      return undefined
    }
  }
  const { targets } = plan
  const kubernetes = targets.kubernetes && (await gather(resolveKubernetes(targets.kubernetes, options)))
  const nomad = targets.nomad && (await gather(resolveNomad(targets.nomad, options)))
  const hosts = await Promise.all(
    Object.entries(targets.hosts).map(async ([name, host]) => [name, await gather(resolveHost(name, host, options))] as const),
  )
  const edge = targets.edge && (await gather(resolveEdge(targets.edge, options)))
  const [first, ...rest] = problems
  if (first) throw new ProblemError(first, ...rest)
  return {
    hosts: Object.fromEntries(hosts.flatMap(([name, host]) => (host ? [[name, host] as const] : []))),
    ...(kubernetes && { kubernetes }),
    ...(nomad && { nomad }),
    ...(edge && { edge }),
  }
}

const optional = async (
  options: ResolveOptions,
  template: string | undefined,
  where: string,
  secret?: 'secret',
): Promise<string | undefined> => (template === undefined ? undefined : options.resolve(template, where, secret))

/** All of them, or the problems of all of them. */
async function together<Work extends readonly Promise<unknown>[] | []>(work: Work) {
  const thrown = (await Promise.allSettled(work)).flatMap((each): readonly unknown[] => (each.status === 'rejected' ? [each.reason] : []))
  const [first, ...rest] = thrown.flatMap((error) => (error instanceof ProblemError ? error.problems : []))
  if (first && thrown.every((error) => error instanceof ProblemError)) throw new ProblemError(first, ...rest)
  return Promise.all(work)
}

async function resolveKubernetes(target: KubernetesTarget, options: ResolveOptions): Promise<ResolvedTargets['kubernetes']> {
  const [kubeconfig, context] = await together([
    optional(options, target.kubeconfig, 'targets.kubernetes.kubeconfig'),
    optional(options, target.context, 'targets.kubernetes.context'),
  ])
  const path = kubeconfig === undefined ? undefined : absolute(kubeconfig, options.directory)
  const choice = { ...(path !== undefined && { kubeconfig: path }), ...(context !== undefined && { context }) }
  return { namespace: target.namespace, connect: fromKubeconfig(choice), helm: choice }
}

/** Set and empty: no token, as where Nomad's ACLs are off. One that is not set at all is a variable that somebody forgot. */
function isEmptyVariable(template: string | undefined, env: ResolveOptions['env']): boolean {
  const [, name] = /^\$\{env:([^}]+)\}$/.exec(template ?? '') ?? []
  return name !== undefined && env[name] === ''
}

/** Where the plan is silent, what Nomad's own command line would use: to it, too, an empty variable is as good as none. */
async function resolveNomad(target: NomadTarget, options: ResolveOptions): Promise<Omit<NomadOptions, 'clock'>> {
  const fromEnvironment = (name: string): string | undefined => options.env[name] || undefined
  const [
    address = fromEnvironment('NOMAD_ADDR'),
    token = fromEnvironment('NOMAD_TOKEN'),
    namespace = fromEnvironment('NOMAD_NAMESPACE'),
    region = fromEnvironment('NOMAD_REGION'),
    ca = fromEnvironment('NOMAD_CACERT'),
  ] = await together([
    optional(options, target.address, 'targets.nomad.address', 'secret'),
    optional(options, isEmptyVariable(target.token, options.env) ? undefined : target.token, 'targets.nomad.token', 'secret'),
    optional(options, target.namespace, 'targets.nomad.namespace'),
    optional(options, target.region, 'targets.nomad.region'),
    optional(options, target.ca, 'targets.nomad.ca'),
  ])
  return {
    address: address ?? 'http://127.0.0.1:4646',
    ...(token !== undefined && { token }),
    ...(namespace !== undefined && { namespace }),
    ...(region !== undefined && { region }),
    ...(ca !== undefined && { ca: await authority(absolute(ca, options.directory)) }),
  }
}

async function resolveHost(name: string, target: HostTarget, options: ResolveOptions): Promise<ResolvedHost> {
  const [ssh, sshConfig] = await together([
    options.resolve(target.ssh, `targets.hosts.${name}.ssh`),
    optional(options, target.sshConfig, `targets.hosts.${name}.sshConfig`),
  ])
  return {
    ssh,
    ...(sshConfig !== undefined && { sshConfig: absolute(sshConfig, options.directory) }),
    ...(target.become && { become: target.become }),
  }
}

async function resolveEdge(target: EdgeTarget, options: ResolveOptions): Promise<EdgeTarget> {
  const [api, metrics, visitors] = await together([
    options.resolve(target.api, 'targets.edge.api'),
    optional(options, target.metrics, 'targets.edge.metrics'),
    optional(options, target.visitors, 'targets.edge.visitors'),
  ])
  return { ...target, api, ...(metrics !== undefined && { metrics }), ...(visitors !== undefined && { visitors }) }
}

const absolute = (path: string, directory: string): string => {
  const home = path.startsWith('~/') ? path.replace('~', process.env['HOME'] ?? '~') : path
  return isAbsolute(home) ? home : resolve(directory, home)
}

async function authority(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new ProblemError({
      code: 'file-unreadable',
      summary: `cannot read the certificate authority ${path}`,
      attempted: 'read the authority of Nomad',
      next: ['check targets.nomad.ca (or NOMAD_CACERT)'],
      cause: String(error),
      effect: 'no',
    })
  }
}
