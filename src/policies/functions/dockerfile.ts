import type { Dockerfile } from '../dockerfile/read.ts'
import { readDockerfile } from '../dockerfile/read.ts'
import type { Value } from './value.ts'
import { fieldOf, isMap, mapOf, textOf } from './value.ts'

/** Whether a user, as images and Dockerfiles name one (`1000`, `1000:1000`, `node`), is root. None is root. */
export function isRootUser(user: string): boolean {
  const name = user.split(':')[0]?.trim() ?? ''
  return name === '' || name === 'root' || /^0+$/.test(name)
}

/** A Dockerfile that the plan names for an image, read. */
export interface NamedDockerfile extends Dockerfile {
  /** The image, for the finding. */
  readonly object: string
  readonly path: string
  /** False: the plan names it and nobody could read it. */
  readonly read: boolean
}

/** All Dockerfiles that `expects.images` names; `files`: texts by the paths that the plan uses. */
export function dockerfiles(expects: Value, files: Value): readonly NamedDockerfile[] {
  return Object.entries(mapOf(fieldOf(expects, 'images'))).flatMap(([object, image]) => {
    const path = textOf(fieldOf(image, 'dockerfile'))
    const text = mapOf(files)[path]
    if (path === '' || !isMap(files)) return []
    return [{ object, path, read: typeof text === 'string', ...readDockerfile(textOf(text)) }]
  })
}
