import type { Json, JsonObject } from '../../domain/json.ts'
import type { NomadAllocation, NomadJob, NomadSubmission } from '../../domain/ports/nomad.ts'
import { listOf, numberOf, objectOf, textOf } from './json-fields.ts'

/** A job of `/v1/job/:id`, or a stub of the list (then `raw` is the stub). */
export function jobOf(raw: JsonObject): NomadJob {
  return {
    id: textOf(raw['ID']),
    namespace: textOf(raw['Namespace']) || 'default',
    type: textOf(raw['Type']),
    status: textOf(raw['Status']),
    stop: raw['Stop'] === true,
    version: numberOf(raw['Version']),
    jobModifyIndex: numberOf(raw['JobModifyIndex']),
    raw,
  }
}

/** Of the evaluations of a job: why allocations of it are still to be placed; undefined where none are. */
export function unplacedBecause(evaluations: readonly JsonObject[]): string | undefined {
  const open = evaluations.filter((each) => OPEN_EVALUATION.has(textOf(each['Status'])))
  const [first] = open.filter((each) => each['Status'] === 'blocked').concat(open)
  if (first === undefined) return undefined
  const status = textOf(first['Status'])
  const why = textOf(first['StatusDescription'])
  return `evaluation ${textOf(first['ID']).slice(0, 8)} is ${status}${why === '' ? '' : ` (${why})`}`
}

/** `pending`: the scheduler has not decided yet; `blocked`: there is a node without room. */
const OPEN_EVALUATION: ReadonlySet<string> = new Set(['pending', 'blocked'])

export function submissionOf(raw: JsonObject): NomadSubmission {
  return { source: textOf(raw['Source']), format: textOf(raw['Format']), raw }
}

/**
 * An allocation of the list. Its health is what the deployment found; `deploying` are the versions whose deployment has
 * not said yet, where running tasks prove nothing. Without a deployment every task must run (or have ended well, as a prestart task does).
 */
export function allocationOf(raw: JsonObject, deploying: ReadonlySet<number>): NomadAllocation {
  const tasks = Object.entries(objectOf(raw['TaskStates'])).map(([name, state]) => taskOf(name, objectOf(state)))
  const found = objectOf(raw['DeploymentStatus'])['Healthy']
  const clientStatus = textOf(raw['ClientStatus'])
  const jobVersion = numberOf(raw['JobVersion'])
  return {
    id: textOf(raw['ID']),
    name: textOf(raw['Name']),
    node: textOf(raw['NodeName']) || textOf(raw['NodeID']),
    jobVersion,
    desiredStatus: textOf(raw['DesiredStatus']),
    clientStatus,
    healthy:
      typeof found === 'boolean' ? found && clientStatus === 'running' : healthOfTasks(clientStatus, tasks, deploying.has(jobVersion)),
    createIndex: numberOf(raw['CreateIndex']),
    tasks,
  }
}

function healthOfTasks(clientStatus: string, tasks: NomadAllocation['tasks'], deploying: boolean): boolean | undefined {
  if (clientStatus === 'pending' || (clientStatus === 'running' && deploying)) return undefined
  return (
    clientStatus === 'running' &&
    tasks.length > 0 &&
    tasks.every((task) => task.state === 'running' || (task.state === 'dead' && !task.failed))
  )
}

function taskOf(name: string, state: JsonObject): NomadAllocation['tasks'][number] {
  const event = lastEvent(state['Events'])
  return { name, state: textOf(state['State']), failed: state['Failed'] === true, ...(event !== undefined && { lastEvent: event }) }
}

/** "Driver Failure: Failed to pull `…`: not found": the type and what Nomad says for people. */
function lastEvent(events: Json | undefined): string | undefined {
  const last = objectOf(listOf(events).at(-1))
  const type = textOf(last['Type'])
  if (type === '') return undefined
  const message = textOf(last['DisplayMessage']) || textOf(last['DriverError']) || textOf(last['Message'])
  return message === '' ? type : `${type}: ${message}`
}
