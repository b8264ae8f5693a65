import { look } from '../../domain/look.ts'
import type { Observation } from '../../domain/observation.ts'
import { combine, fail, pass, pending } from '../../domain/observation.ts'
import { nameOf } from './record.ts'
import type { DeployContext, DeployedObject, DeployRecord } from './record.ts'

/** Every object ready, those that were already there included. */
export async function verifyDeploy(context: DeployContext, record: DeployRecord): Promise<Observation> {
  const seen = await Promise.all(record.objects.map((each) => look(nameOf(each.reference), () => observeObject(context, each))))
  const all = combine(seen)
  return all.verdict === 'pass' ? pass(`the ${seen.length} objects of step ${context.step} are ready`) : all
}

/** One look at one object. */
export async function observeObject({ ports }: DeployContext, { reference }: Pick<DeployedObject, 'reference'>): Promise<Observation> {
  const { status, reason, evidence } = await ports.kubernetes.readiness(reference)
  const what = `${nameOf(reference)}: ${reason}`
  if (status === 'current') return pass(what)
  return status === 'failed' ? fail(what, { side: 'new', evidence }) : pending(what, { side: 'new', evidence })
}
