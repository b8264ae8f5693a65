import { look } from '../../domain/look.ts'
import type { Observation } from '../../domain/observation.ts'
import { fail, pass, pending } from '../../domain/observation.ts'
import { nameOf } from './record.ts'
import type { DeployContext, DeployedObject } from './record.ts'

export type Observed = Pick<DeployedObject, 'reference'>

/** One look at one object. */
export const observeObject = (context: DeployContext, { reference }: Observed): Promise<Observation> =>
  look(nameOf(reference), async () => {
    const { status, reason, evidence } = await context.ports.kubernetes.readiness(reference)
    const what = `${nameOf(reference)}: ${reason}`
    if (status === 'current') return pass(what)
    return status === 'failed' ? fail(what, { side: 'new', evidence }) : pending(what, { side: 'new', evidence })
  })
