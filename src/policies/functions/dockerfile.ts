import type { Value } from './value.ts'
import { fieldOf, isMap, mapOf, textOf } from './value.ts'

/** What a Dockerfile says of the image it builds. */
export interface Dockerfile {
  /** `FROM` instructions. */
  readonly stages: number
  /** Of the last stage; '' where it sets none (root, unless its base says otherwise). */
  readonly user: string
  readonly healthCheck: boolean
}

/** Reads the instructions of a Dockerfile; comments and continued lines as Docker reads them. What a base image brings is not known. */
export function dockerfile(text: string): Dockerfile {
  const lines = text
    .split(/\r?\n/)
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replace(/\\\s*\n/g, ' ')
    .split('\n')
  const instructions = lines.flatMap((line) => {
    const match = /^\s*([A-Za-z]+)\s+(.*)$/.exec(line)
    return match === null ? [] : [{ name: (match[1] ?? '').toUpperCase(), rest: (match[2] ?? '').trim() }]
  })
  const last = instructions.map(({ name }) => name).lastIndexOf('FROM')
  const stage = instructions.slice(last + 1)
  const check = stage.findLast(({ name }) => name === 'HEALTHCHECK')
  return {
    stages: instructions.filter(({ name }) => name === 'FROM').length,
    user: stage.findLast(({ name }) => name === 'USER')?.rest ?? '',
    healthCheck: check !== undefined && check.rest.toUpperCase() !== 'NONE',
  }
}

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
    return [{ object, path, read: typeof text === 'string', ...dockerfile(textOf(text)) }]
  })
}
