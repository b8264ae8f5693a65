import { look } from '../../../domain/look.ts'
import type { Observation } from '../../../domain/observation.ts'
import { combine, pass } from '../../../domain/observation.ts'
import type { DeployContext } from '../record.ts'
import { nameOf } from '../record.ts'
import { observeObject } from '../verify.ts'
import type { ReleaseRecord } from './record.ts'
import { releaseName } from './record.ts'

/** Every object of the release ready, as for objects that we apply ourselves. */
export async function verifyRelease(context: DeployContext, record: ReleaseRecord): Promise<Observation> {
  const seen = await Promise.all(record.objects.map((each) => look(nameOf(each.reference), () => observeObject(context, each))))
  const all = combine(seen)
  return all.verdict === 'pass' ? pass(`the ${seen.length} objects of ${releaseName(record)} are ready`) : all
}
