import { chown, readFile, readdir, rename, stat, writeFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import type { World } from '../world/world.ts'

/** What a migration makes, where it is listed; a Service beside the cluster's own, and pods, which come of a Deployment. */
const MADE = [
  '/apis/apps/v1/namespaces/default/deployments',
  '/apis/networking.k8s.io/v1/namespaces/default/ingresses',
  '/apis/autoscaling.k8s.io/v1/namespaces/default/verticalpodautoscalers',
] as const
const PODS = '/api/v1/namespaces/default/pods'
const SERVICES = '/api/v1/namespaces/default/services'
const NAME = 'jayne-martin-counselling'
/** The job, as Nomad's API is asked for it. */
export const JOB = `/v1/job/${NAME}?namespace=jaynemartincounselling-prod`
const SOON_MS = 40_000

interface NomadJob {
  readonly ID: string
  readonly Namespace: string
  readonly Status: string
}

/** What every world begins with, to be compared with. */
export interface Clean {
  readonly edgeFile: Buffer
  readonly besideIt: readonly string[]
}

export const lookAtClean = async (world: World): Promise<Clean> => ({
  edgeFile: await readFile(world.edge.file),
  besideIt: await besideEdgeFile(world),
})

/** What a migration left in Kubernetes, in the edge and beside its file; empty after a rollback. */
export async function leftovers(world: World, clean: Clean): Promise<readonly string[]> {
  const objects = (await Promise.all([...MADE, SERVICES].map((list) => namesOf(world, list)))).flat()
  const inCluster = objects.filter((name) => name !== 'services/kubernetes')
  const routers = JSON.parse((await world.client.ask(`${world.edge.api}/api/http/routers?per_page=1000`)).body) as readonly {
    name: string
  }[]
  const ours = routers.map(({ name }) => name).filter((name) => /jmc.*@file$/.test(name) && name !== 'jmc-bare-redirect@file')
  const files = (await besideEdgeFile(world)).filter((name) => !clean.besideIt.includes(name))
  const same = (await readFile(world.edge.file)).equals(clean.edgeFile)
  return [...inCluster, ...ours, ...files.map((name) => `file ${name}`), ...(same ? [] : ['the edge file is not what it was'])]
}

/** Makes a world what it was before a migration, whatever became of that; only the job, where it runs, stays. */
export async function cleanUp(world: World, clean: Clean): Promise<void> {
  for (const server of ['edge', 'nomad', 'ingress'])
    await (world.servers.isRunning(server) ? world.servers.resume(server) : world.servers.restart(server))
  await until('the servers answer', async () => {
    const answers = [`${world.edge.api}/api/overview`, `${world.ingress.api}/api/overview`, `${world.nomad.address}/v1/status/leader`]
    const asked = await Promise.all(answers.map((url) => world.client.ask(url).catch(() => undefined)))
    return asked.every((answer) => answer?.status === 200)
  })
  if (!(await readFile(world.edge.file)).equals(clean.edgeFile)) await replaceEdgeFile(world, clean.edgeFile)
  await Promise.all([...MADE, PODS, `${SERVICES}/${NAME}`].map((path) => askCluster(world, 'DELETE', path)))
  await purgeJobs(world)
  await until(
    'nothing is left of the last migration',
    async () => (await namesOf(world, PODS)).length === 0 && (await leftovers(world, clean)).length === 0,
  )
}

/** As a careful human saves it: beside it first, then renamed over it. */
export async function replaceEdgeFile({ edge }: World, content: Buffer | string): Promise<void> {
  const { uid, gid, mode } = await stat(edge.file)
  const beside = `${edge.file}.tmp`
  await writeFile(beside, content, { mode })
  await chown(beside, uid, gid)
  await rename(beside, edge.file)
}

const besideEdgeFile = ({ edge }: World): Promise<readonly string[]> => readdir(dirname(edge.file))

/** Such as `services/kubernetes`. */
async function namesOf(world: World, list: string): Promise<readonly string[]> {
  const { items } = JSON.parse(await askCluster(world, 'GET', list)) as { readonly items: readonly { readonly metadata: Named }[] }
  return items.map(({ metadata }) => `${basename(list)}/${metadata.name}`)
}

interface Named {
  readonly name: string
}

/** As `kubectl` below, without a program: what is asked again and again. What is not there need not be deleted. */
async function askCluster(world: World, method: 'GET' | 'DELETE', path: string): Promise<string> {
  const headers = { authorization: `Bearer ${world.kubernetes.tokenOf('tests')}` }
  const { status, body } = await world.client.ask(`${world.kubernetes.address}${path}`, { method, headers })
  if (status >= 300 && !(method === 'DELETE' && status === 404)) throw new Error(`${method} ${path} was answered ${status}: ${body}`)
  return body
}

/** As the user `tests`: the audit log tells it from the command line. */
export async function kubectl(world: World, words: readonly string[], input?: string): Promise<string> {
  const options = { env: { KUBECONFIG: world.kubernetes.kubeconfigOf('tests') }, ...(input === undefined ? {} : { input }) }
  const { exitCode, stdout, stderr } = await world.enter('kubectl', words, options)
  if (exitCode !== 0) throw new Error(`kubectl ${words.join(' ')} ended with ${exitCode}: ${stderr}`)
  return String(stdout).trim()
}

/** What Nomad says to a request of somebody who may do everything. */
export async function nomad(
  world: World,
  method: 'GET' | 'DELETE',
  path: string,
): Promise<{ readonly status: number; readonly body: string }> {
  return world.client.ask(`${world.nomad.address}${path}`, { method, headers: { 'x-nomad-token': world.nomad.token } })
}

export const jobs = async (world: World): Promise<readonly NomadJob[]> =>
  JSON.parse((await nomad(world, 'GET', '/v1/jobs?namespace=*')).body)

/** What requests have made of Nomad; what it does by itself, such as believing after a while that a job is healthy, is not in it. */
export async function writesToNomad(world: World): Promise<unknown> {
  const { JobModifyIndex, Version } = JSON.parse((await nomad(world, 'GET', JOB)).body) as {
    readonly JobModifyIndex: number
    readonly Version: number
  }
  const evaluations = JSON.parse((await nomad(world, 'GET', '/v1/evaluations?namespace=*')).body) as readonly {
    readonly ID: string
    readonly TriggeredBy: string
  }[]
  return { JobModifyIndex, Version, asked: evaluations.filter(({ TriggeredBy }) => TriggeredBy.startsWith('job-')).map(({ ID }) => ID) }
}

/** All but the one that a migration begins with, where it runs as it should. */
async function purgeJobs(world: World): Promise<void> {
  for (const { ID, Namespace, Status } of await jobs(world))
    if (ID !== NAME || Status !== 'running') await nomad(world, 'DELETE', `/v1/job/${ID}?namespace=${Namespace}&purge=true`)
}

export async function until(what: string, look: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + SOON_MS
  while (!(await look())) {
    if (Date.now() > deadline) throw new Error(`not after ${SOON_MS / 1000} s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
