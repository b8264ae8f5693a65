import type { ReadinessRule } from './rule.ts'
import { conditionOf, current, failed, inProgress, inWords } from './rule.ts'

/** Ready when the API serves the new kind. Names that somebody else has taken, or an approval that is missing, do not come by waiting. */
export const customResourceDefinitionReadiness: ReadinessRule = (object) => {
  const names = conditionOf(object, 'NamesAccepted')
  if (names?.status === 'False') return failed(inWords('NamesAccepted', names))
  const established = conditionOf(object, 'Established')
  if (established?.status === 'True') return current('the kind is served')
  return inProgress(established === undefined ? 'the kind is not served yet' : inWords('Established', established))
}
