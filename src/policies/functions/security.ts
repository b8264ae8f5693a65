import type { Json } from '../../domain/json.ts'
import { allContainers, podSpec } from './pods.ts'
import type { Value } from './value.ts'
import { fieldOf, numberOf, textOf } from './value.ts'

/** The user that manifests run a container as; its own setting comes before the pod's. -1: they leave it to the image. */
export function userOf(object: Value, container: Value): number {
  return numberOf(settingOf(object, container, 'runAsUser')) ?? -1
}

/** Whether the container surely does not run as root: another user, or a kubelet that refuses root. */
export function isNonRoot(object: Value, container: Value): boolean {
  const user = userOf(object, container)
  return user > 0 || (user === -1 && settingOf(object, container, 'runAsNonRoot') === true)
}

function settingOf(object: Value, container: Value, field: string): Value {
  return fieldOf(container, `securityContext.${field}`) ?? fieldOf(podSpec(object), `securityContext.${field}`)
}

/** By image: the users that manifests run it as. */
export function imageUsers(objects: readonly Json[]): Readonly<Record<string, readonly number[]>> {
  const users = new Map<string, number[]>()
  for (const object of objects) {
    for (const container of allContainers(object)) {
      const image = textOf(container.image)
      users.set(image, [...(users.get(image) ?? []), userOf(object, container)])
    }
  }
  return Object.fromEntries(users)
}
