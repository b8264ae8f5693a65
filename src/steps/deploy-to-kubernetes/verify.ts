import { look } from '../../domain/look.ts'
import type { Observation } from '../../domain/observation.ts'
import { combine, fail, pass } from '../../domain/observation.ts'
import { stateOf } from './apply.ts'
import { observeObject } from './observe-object.ts'
import type { DeployContext, DeployNote, DeployRecord } from './record.ts'
import { nameOf } from './record.ts'
import type { ReleaseRecord } from './release/record.ts'
import { isRelease, releaseName } from './release/record.ts'
import { waitingLook } from './waiting-look.ts'

/** Objects that we apply ourselves, or a release of helm's. */
export type Deployed = DeployRecord | ReleaseRecord

/** "the 6 objects of step deploy are ready". */
export const readyInWords = ({ step }: Pick<DeployContext, 'step'>, record: Deployed): string =>
  `the ${record.objects.length} objects of ${isRelease(record) ? releaseName(record) : `step ${step}`} are ready`

/** Every object ready, those that were already there included. */
export async function verifyDeploy(context: DeployContext, record: Deployed): Promise<Observation> {
  return inWords(context, record, combine(await Promise.all(record.objects.map((each) => observeObject(context, each)))))
}

/** A gate has one context, and waits with it. */
const waits = new WeakMap<DeployContext, () => Promise<Observation>>()

/** The same for a gate, which asks again and again until it is so; and that it is this step's objects that are ready, not what was there before. */
export async function verifyWhileWaiting(context: DeployContext, record: Deployed, notes: readonly DeployNote[]): Promise<Observation> {
  const looking = waits.get(context) ?? waitingLook(context, record.objects)
  waits.set(context, looking)
  const seen = inWords(context, record, await looking())
  return seen.verdict === 'pass' && !isRelease(record) ? observeApplied(context, record, notes) : seen
}

/** An object that existed before is ready also where it was never updated. */
const observeApplied = (context: DeployContext, { objects }: DeployRecord, notes: readonly DeployNote[]): Promise<Observation> =>
  look('the objects of this step', async () => {
    const touched = objects.filter((each) => !each.unchanged)
    const states = await Promise.all(touched.map((each) => stateOf(context, each, notes)))
    const others = touched.filter((_, index) => states[index] !== 'done').map((each) => nameOf(each.reference))
    return others.length === 0
      ? pass(readyInWords(context, { objects }))
      : fail(`not as this step applies it, although it is ready: ${others.join(', ')}`, { side: 'new' })
  })

const inWords = (context: DeployContext, record: Deployed, all: Observation): Observation =>
  all.verdict === 'pass' ? pass(readyInWords(context, record)) : all
