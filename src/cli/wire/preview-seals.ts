import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { StepPreview } from '../../domain/event.ts'
import { comparedText, savedDifference } from '../../engine/preview.ts'
import type { PreviewSeals } from '../contract.ts'
import { redacted } from '../redact.ts'

type Redact = (text: string) => string

const SALT_BYTES = 16
const DIGEST_BYTES = 32
const derive = promisify<string, Uint8Array, number, Buffer>(scrypt)

/**
 * A preview is saved without its secrets; what holds a run to it all the same is a digest over the real thing. Derived slowly (scrypt), because a
 * short secret could otherwise be guessed from the file. Undefined: no step shows a secret, and the preview itself is enough.
 */
export async function sealPreviews(previews: readonly StepPreview[], redact: Redact): Promise<PreviewSeals | undefined> {
  const secret = previews.filter((preview) => comparedText(redacted(preview, redact)) !== comparedText(preview))
  if (secret.length === 0) return undefined
  const salt = randomBytes(SALT_BYTES).toString('hex')
  const steps = await Promise.all(
    secret.map(async (preview) => [preview.step, (await digestOf(comparedText(preview), salt)).toString('hex')] as const),
  )
  return { salt, steps: Object.fromEntries(steps) }
}

/** What differs between a saved preview of a step and a fresh one, told without secrets. */
export async function sealedDifference(
  saved: StepPreview,
  fresh: StepPreview,
  seals: PreviewSeals | undefined,
  redact: Redact,
): Promise<readonly string[]> {
  const seal = seals?.steps[saved.step]
  if (seals === undefined || seal === undefined) return savedDifference(saved, fresh)
  if (isSame(Buffer.from(seal, 'hex'), await digestOf(comparedText(fresh, saved), seals.salt))) return []
  const shown = savedDifference(saved, redacted(fresh, redact))
  return shown.length > 0 ? shown : [`${saved.step}: a secret that it writes is another than when the preview was saved`]
}

const digestOf = (text: string, salt: string): Promise<Buffer> =>
  derive(createHash('sha256').update(text).digest('hex'), Buffer.from(salt, 'hex'), DIGEST_BYTES)

const isSame = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b)
