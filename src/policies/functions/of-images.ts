import type { Json } from '../../domain/json.ts'
import { dockerfiles, isRootUser } from './dockerfile.ts'
import { expectedImages } from './expectations.ts'
import { expectedImage, imageReference, pullPolicy } from './image-reference.ts'
import { registerOfPlan } from './of-plan.ts'
import { sizeInBytes } from './quantity.ts'
import type { Register } from './register.ts'
import { remembered } from './remembered.ts'
import { imageUsers } from './security.ts'
import type { ValueMap } from './value.ts'
import { listOf, mapOf, textOf } from './value.ts'

/** Functions about images, their names and what the plan expects of them. */
export function registerImageFunctions(register: Register): void {
  register('imageReference(string): dyn', 'Parts of an image name: registry, repository, name, tag, digest, fixed', (reference = '') =>
    imageReference(textOf(reference)),
  )
  register('pullPolicy(dyn): string', 'When the kubelet pulls the image of a container, defaults included', (container = null) =>
    pullPolicy(container),
  )
  register('expectedImage(string, dyn): dyn', 'What `expects.images` says of an image', (reference = '', plan = null) =>
    expectedImage(textOf(reference), mapOf(plan).expects),
  )
  register(
    'imageUsers(list<dyn>, dyn): dyn',
    'By image: the users that manifests run it as; -1 where they leave it to the image',
    (objects = null, plan = null) => users(listOf(objects), mapOf(plan)),
  )
  register('isRootUser(string): bool', 'Whether the user of an image is root; none is', (user = '') => isRootUser(textOf(user)))
  register('sizeInBytes(dyn): dyn', '`300MB` as 300000000, `200Mi` as 209715200', (value = null) => sizeInBytes(value))
  registerOfPlan(register, 'expectedImages', 'Images that `expects.images` names: found', (objects, plan) =>
    expectedImages(objects, plan.expects),
  )
  registerOfPlan(register, 'dockerfiles', 'Dockerfiles that `expects.images` names: read, stages, user, healthCheck', (_objects, plan) =>
    dockerfiles(plan.expects, plan.files),
  )
}

const users = remembered((objects: readonly Json[], _plan: ValueMap) => imageUsers(objects))
