import type { Json } from '../../domain/json.ts'
import type { DynamicConfig, EdgeRouter } from '../../domain/ports/edge.ts'
import { findKey, keyValue, memberOf } from './dynamic-config/owned.ts'
import type { Understanding } from './dynamic-config/understand.ts'
import { understandFile } from './dynamic-config/understand.ts'

export interface RunningFile {
  /** What runs otherwise than the file says, by router: "home: its rule is another". */
  readonly differs: readonly string[]
  /** Whether more than names was compared: a file of a thousand routers takes too long, and a template is filled in by Traefik alone. */
  readonly compared: boolean
}

/**
 * Compares routers of a file with those that Traefik runs. What a router inherits from its entry point is no difference, so of its middlewares
 * those of the file must be there, and its entry points are compared only where the file names some.
 */
export function compareRunning(config: DynamicConfig, routers: readonly EdgeRouter[]): RunningFile {
  const ofItsFile = routers.filter(({ provider }) => provider === 'file')
  const running = new Set(ofItsFile.map(({ name }) => name))
  const missing = config.routers.filter((name) => !running.has(`${name}@file`)).map((name) => `${name}: it is missing in its API`)
  const understanding = understandFile(config.file)
  if (!understanding.parsedWhole || understanding.file.text.includes('{{')) return { differs: missing, compared: false }
  const different = config.routers.flatMap((name) =>
    difference(
      written(understanding, name),
      ofItsFile.filter((each) => each.name === `${name}@file`),
    ).map((what) => `${name}: ${what}`),
  )
  return { differs: [...missing, ...different], compared: true }
}

interface Written {
  readonly rule: string | undefined
  readonly service: string | undefined
  readonly middlewares: readonly string[]
  readonly entryPoints: readonly string[]
}

function written(understanding: Understanding, name: string): Written {
  const entry = findKey(understanding, 'routers', name)
  const value = entry === undefined ? null : keyValue(understanding, 'routers', entry)
  const text = (key: string): string | undefined => {
    const found = memberOf(value, [key])
    return typeof found === 'string' ? found : undefined
  }
  const texts = (key: string): readonly string[] => {
    const found: Json = memberOf(value, [key])
    return Array.isArray(found) ? found.filter((each) => typeof each === 'string') : []
  }
  return { rule: text('rule'), service: text('service'), middlewares: texts('middlewares'), entryPoints: texts('entryPoints') }
}

/** `copies`: one for each entry point that changes something, all under the router's own name. */
function difference(file: Written, copies: readonly EdgeRouter[]): readonly string[] {
  if (copies.length === 0) return []
  const { rule, service } = file
  const all = (of: (router: EdgeRouter) => boolean): boolean => copies.every(of)
  const listens = new Set(copies.flatMap(({ entryPoints }) => entryPoints))
  const isDisabled = copies.some(({ status }) => status === 'disabled')
  return [
    ...(rule === undefined || all((each) => oneLine(each.rule) === oneLine(rule)) ? [] : ['its rule is another']),
    ...(service === undefined || all((each) => each.service === ofFile(service)) ? [] : ['its service is another']),
    ...file.middlewares
      .filter((name) => !all((each) => each.middlewares?.includes(ofFile(name)) === true))
      .map((name) => `it has no middleware ${name}`),
    // What a disabled router listens on is not said by every version.
    ...(isDisabled ? [] : file.entryPoints.filter((name) => !listens.has(name)).map((name) => `it does not listen on ${name}`)),
  ]
}

const ofFile = (name: string): string => (name.includes('@') ? name : `${name}@file`)
const oneLine = (text: string): string => text.trim().replace(/\s+/g, ' ')
