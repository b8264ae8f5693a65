import { createHmac, randomBytes } from 'node:crypto'
import type { Change } from '../../domain/change.ts'
import type { StepPreview } from '../../domain/event.ts'
import type { Json, JsonObject } from '../../domain/json.ts'

const SECRET_FIELDS = ['data', 'stringData']
/** Of this process only: digests compare within one output and tell nothing outside it. */
const KEY = randomBytes(32)

/** A change of a Kubernetes Secret with its values hidden; equal values stay equal, different ones stay different. */
export function withoutSecretData(change: Change): Change {
  if (change.system !== 'kubernetes' || !change.object.startsWith('Secret ')) return change
  return {
    ...change,
    ...(change.before !== undefined && { before: hideData(change.before) }),
    ...(change.after !== undefined && { after: hideData(change.after) }),
  }
}

/** A step's preview as it may be printed. */
export function withoutSecrets(preview: StepPreview): StepPreview {
  return { ...preview, changes: preview.changes.map(withoutSecretData) }
}

function hideData(value: Json): Json {
  if (!isObject(value)) return '(hidden)'
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, SECRET_FIELDS.includes(key) && isObject(member) ? hideMembers(member) : member]),
  )
}

/** A short digest tells that a value changed without telling the value. */
function hideMembers(data: JsonObject): Json {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      `(hidden, ${createHmac('sha256', KEY)
        .update(`${key}\0${JSON.stringify(value)}`)
        .digest('hex')
        .slice(0, 6)})`,
    ]),
  )
}

const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)
