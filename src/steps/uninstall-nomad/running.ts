import { describeAllocation, unfinished } from '../../domain/allocations.ts'
import type { Change } from '../../domain/change.ts'
import type { NomadListedJob } from '../../domain/ports/index.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { UninstallContext } from './record.ts'
import { nodesOf } from './record.ts'

/**
 * Rejects while Nomad has anything to do, in any namespace: a job that is not stopped (a periodic or parameterized one would start
 * again, a finished batch job may), or an allocation that has not ended, whosesoever. `predicted`: jobs that steps before this one will stop.
 */
export async function refuseWhileAnythingRuns(context: UninstallContext, predicted: readonly Change[] = []): Promise<void> {
  const nodes = nodesOf(context)
  const [jobs, allocations, leaving] = await Promise.all([nodes.jobs(), nodes.allocations(), jobsThatLeave(context, predicted)])
  const stays = (job: { readonly namespace: string; readonly id: string }): boolean => !leaving.has(`${job.namespace}/${job.id}`)
  const running = jobs.filter((job) => mayRun(job) && stays(job))
  const named = new Set(running.map(({ namespace, id }) => `${namespace}/${id}`))
  const orphans = unfinished(allocations).filter(({ namespace, job }) => stays({ namespace, id: job }) && !named.has(`${namespace}/${job}`))
  if (running.length + orphans.length === 0) return
  throw new ProblemError({
    code: 'nomad-still-runs',
    summary: `Nomad cannot be removed: ${running.length > 0 ? `${counted(running.length, 'job')} not stopped: ${running.map(nameOf).join(', ')}` : `${counted(orphans.length, 'allocation')} of stopped jobs not ended`}`,
    attempted: 'look at the jobs and allocations of all namespaces',
    details: [
      ...running.map((job) => `job ${nameOf(job)}: ${describeJob(job)}`),
      ...orphans.map((each) => `allocation ${describeAllocation(each)}, of job ${each.namespace}/${each.job}`),
    ],
    next: [
      ...running.slice(0, 5).map(({ namespace, id }) => `if it is not needed any more: nomad job stop -namespace ${namespace} '${id}'`),
      ...(orphans.length > 0 ? ['wait until these allocations have ended, or bring their node back: nomad node status'] : []),
    ],
    effect: 'no',
  })
}

const nameOf = ({ namespace, id }: NomadListedJob): string => `${namespace}/${id}`
const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? ' is' : 's are'}`

/** An ended child of a periodic or parameterized job never runs again; anything else that nobody stopped may. */
const mayRun = ({ stop, parent, status }: NomadListedJob): boolean => !stop && !(parent !== '' && status === 'dead')

function describeJob({ type, status, periodic, parameterized }: NomadListedJob): string {
  const how = periodic ? 'periodic ' : parameterized ? 'parameterized ' : ''
  return `${how}${type}, ${status}${status === 'dead' ? ', but not stopped' : ''}`
}

/** `namespace/id` of the jobs that the plan itself stops before: all of them in the target's namespace. */
async function jobsThatLeave({ ports }: UninstallContext, predicted: readonly Change[]): Promise<ReadonlySet<string>> {
  const ids = predicted.flatMap(({ system, object, action }) =>
    system === 'nomad' && (action === 'stop' || action === 'delete') && object.startsWith('job ') ? [object.slice('job '.length)] : [],
  )
  if (ids.length === 0) return new Set()
  const { namespace } = await ports.nomad.describe()
  return new Set(ids.map((id) => `${namespace}/${id}`))
}
