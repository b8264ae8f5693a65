import type { Json } from '../../domain/json.ts'
import { kindOf, nameOf } from './identity.ts'
import { expectedImage } from './image-reference.ts'
import { allContainers } from './pods.ts'
import { looksSecret } from './secrets.ts'
import { entries } from './settings.ts'
import type { Value } from './value.ts'
import { fieldOf, listOf, mapOf, textOf } from './value.ts'

/** A key that the plan expects of one of its ConfigMaps or Secrets (`expects.keys`). */
export interface ExpectedKey {
  readonly object: string
  readonly path: string
  readonly key: string
  /** The plan has the object. */
  readonly found: boolean
  /** The object has the key, with something in it. */
  readonly set: boolean
}

export function expectedKeys(objects: readonly Json[], expects: Value): readonly ExpectedKey[] {
  const own = new Map(objects.map((object) => [nameOf(object), object]))
  return Object.entries(mapOf(fieldOf(expects, 'keys'))).flatMap(([object, keys]) => {
    const target = own.get(object)
    const set = new Set(entries(target).flatMap(({ key, value }) => (value.trim() === '' ? [] : [key])))
    return listOf(keys)
      .map(textOf)
      .map((key) => ({ object, path: 'data', key, found: target !== undefined, set: set.has(key) }))
  })
}

/** An object that the plan's expectations name, and whether the plan has it. */
export interface ExpectedObject {
  readonly object: string
  readonly path: string
  /** The field of `policies.expects` that names it. */
  readonly field: string
  readonly found: boolean
}

/** Services in `exposed`, workloads in `outside`: a name that nothing has would never be checked. */
export function expectedObjects(objects: readonly Json[], expects: Value): readonly ExpectedObject[] {
  const own = new Set(objects.map(nameOf))
  const named = (field: string, names: readonly string[]): readonly ExpectedObject[] =>
    names.map((object) => ({ object, path: 'metadata.name', field, found: own.has(object) }))
  return [
    ...named('exposed', listOf(fieldOf(expects, 'exposed')).map(textOf)),
    ...named(
      'outside',
      listOf(fieldOf(expects, 'outside')).map((flow) => textOf(fieldOf(flow, 'from'))),
    ),
  ]
}

/** The images that `expects.images` names, and whether one of the plan's containers runs it. */
export function expectedImages(objects: readonly Json[], expects: Value): readonly ExpectedObject[] {
  const images = objects.flatMap((object) => allContainers(object).map(({ image }) => textOf(image)))
  return Object.keys(mapOf(fieldOf(expects, 'images'))).map((object) => {
    const only = { images: { [object]: { named: true } } }
    return { object, path: '', field: 'images', found: images.some((image) => expectedImage(image, only).named === true) }
  })
}

/** An entry of a Secret that stands in a file as it is, and so in git. */
export interface SecretEntry {
  readonly object: string
  readonly path: string
  readonly key: string
  /** It looks like a secret, not like something that stands for one. */
  readonly open: boolean
}

/** `literalSteps`: the steps whose objects stand in files (`plan.literalSteps`), as opposed to those that get values from elsewhere. */
export function secretEntriesInFiles(objects: readonly Json[], literalSteps: Value): readonly SecretEntry[] {
  const steps = listOf(literalSteps)
  return objects
    .filter((object) => kindOf(object) === 'Secret' && steps.includes(fieldOf(object, 'step') ?? null))
    .flatMap((secret) => entries(secret).map(({ value, ...entry }) => ({ ...entry, open: looksSecret(entry.key, value) })))
}
