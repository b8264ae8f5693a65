import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { editDynamicConfig, owned, readDynamicConfig } from '../../../../src/adapters/traefik/dynamic-config.ts'
import type { DynamicConfigChange, OwnedKeys, RouterDefinition, ServiceDefinition } from '../../../../src/domain/ports/edge.ts'
import { nastyFile } from '../nasty-files.ts'
import { namesOf, ourKeys, ourKeysTwice } from '../our-keys.ts'
import { remoteFile, textOf } from '../remote-file.ts'

const edit = (text: string, change: DynamicConfigChange): string =>
  textOf(editDynamicConfig(readDynamicConfig(remoteFile(text)), change).bytes)
const add = (text: string, keys: OwnedKeys): string => edit(text, { add: keys })
const remove = (text: string, keys: OwnedKeys, original: string): string =>
  edit(text, { remove: namesOf(keys), original: remoteFile(original) })
const replace = (text: string, from: OwnedKeys, to: OwnedKeys, original: string): string =>
  edit(text, { remove: namesOf(from), add: to, original: remoteFile(original) })

/** YAML as another reader sees it, template actions as plain text. */
const independently = (text: string): any => parse(text.replace(/\{\{[^}]*\}\}/g, 'template'), { merge: true }) ?? {} // oxlint-disable-line typescript/no-explicit-any

describe('keys of ours spliced into any file', { timeout: 60_000 }, () => {
  it('are there, and nothing else changed', () => {
    fc.assert(
      fc.property(nastyFile, ourKeys, ({ text }, keys) => {
        const after = add(text, keys)
        expect(independently(after)).toEqual(withKeys(independently(text), keys))
        expect(statuses(after, keys)).toEqual(new Set(['ours']))
        expect(isKept(text, after)).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  it('give the same bytes back when they are removed, section by section in any order or all at once', () => {
    fc.assert(
      fc.property(nastyFile, ourKeys, fc.boolean(), fc.boolean(), ({ text }, keys, together, reverse) => {
        const parts: readonly OwnedKeys[] = [{ services: keys.services ?? {} }, { routers: keys.routers ?? {} }]
        const after = together ? add(text, keys) : parts.reduce(add, text)
        expect(remove(after, keys, text)).toBe(text)
        const outer = (reverse ? parts : parts.toReversed()).filter((part) => canGoFirst(part, keys))
        const rest = outer.length === parts.length ? outer : parts.toReversed()
        expect(rest.reduce((at, part) => remove(at, part, text), after)).toBe(text)
      }),
      { numRuns: 80 },
    )
  })

  it('are replaced in place, and replaced back to the same bytes', () => {
    fc.assert(
      fc.property(nastyFile, ourKeysTwice, ({ text }, [first, second]) => {
        const before = add(text, first)
        const after = replace(before, first, second, text)
        expect(independently(after)).toEqual(withKeys(independently(text), second))
        expect(namesInOrder(after)).toEqual(namesInOrder(before))
        expect(isKept(text, after)).toBe(true)
        expect(replace(after, second, first, text)).toBe(before)
      }),
      { numRuns: 80 },
    )
  })

  it('are removed, replaced and added in one edit', () => {
    fc.assert(
      fc.property(nastyFile, ourKeys, ourKeys, ({ text }, first, second) => {
        const after = replace(add(text, first), first, second, text)
        expect(independently(after)).toEqual(withKeys(independently(text), second))
        expect(isKept(text, after)).toBe(true)
        expect(remove(after, second, text)).toBe(text)
      }),
      { numRuns: 80 },
    )
  })

  it('leave what a human wrote elsewhere meanwhile', () => {
    fc.assert(
      fc.property(nastyFile, ourKeysTwice, fc.nat(), ({ text, eol }, [first, second], place) => {
        const edited = insertLine(add(text, first), HUMAN, eol, place)
        fc.pre(isUnderstood(edited))
        const replaced = replace(edited, first, second, text)
        expect(replaced.split(HUMAN).length).toBe(2)
        const back = remove(replaced, second, text)
        expect(back.split(HUMAN).length).toBe(2)
        expect(withoutHumanLine(back, eol)).toBe(text)
      }),
      { numRuns: 80 },
    )
  })

  it('are no difference when they are there already, also where they would be replaced', () => {
    fc.assert(
      fc.property(nastyFile, ourKeys, fc.boolean(), ({ text }, keys, named) => {
        const after = add(text, keys)
        const again = editDynamicConfig(readDynamicConfig(remoteFile(after)), { add: keys, ...(named && { remove: namesOf(keys) }) })
        expect(textOf(again.bytes)).toBe(after)
        expect(again.ownedKeys).toEqual([])
      }),
      { numRuns: 40 },
    )
  })
})

const HUMAN = '# a human was here'

/** The file's data with these keys, as an independent reader should see it; what is empty is not written. */
function withKeys(before: { readonly http?: Record<string, object> | null }, { routers = {}, services = {} }: OwnedKeys): object {
  const sections = { routers: mapValues(routers, routerValue), services: mapValues(services, serviceValue) }
  const http: Record<string, object | null> = { ...before.http }
  for (const section of ['routers', 'services'] as const) {
    if (Object.keys(sections[section]).length > 0) http[section] = { ...before.http?.[section], ...sections[section] }
  }
  return Object.keys(http).length === 0 ? before : { ...before, http }
}

const mapValues = <Value>(values: Readonly<Record<string, Value>>, map: (value: Value) => object): Record<string, object> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]))

const routerValue = ({ middlewares, ...rest }: RouterDefinition): object => ({
  ...rest,
  ...(middlewares && middlewares.length > 0 && { middlewares }),
})

function serviceValue(service: ServiceDefinition): object {
  if (!('loadBalancer' in service)) return service
  const { headers, ...check } = service.loadBalancer.healthCheck ?? { path: '' }
  const kept = headers && Object.keys(headers).length > 0 ? { headers } : {}
  return { loadBalancer: { ...service.loadBalancer, healthCheck: { ...check, ...kept } } }
}

function statuses(text: string, { routers = {}, services = {} }: OwnedKeys): ReadonlySet<string> {
  const config = readDynamicConfig(remoteFile(text))
  return new Set([
    ...Object.entries(routers).map(([name, definition]) => owned(config, 'routers', name, definition).status),
    ...Object.entries(services).map(([name, definition]) => owned(config, 'services', name, definition).status),
  ])
}

function namesInOrder(text: string): readonly (readonly string[])[] {
  const { routers, services } = readDynamicConfig(remoteFile(text))
  return [routers, services]
}

/** Services to which our own routers lead go after these. */
const canGoFirst = (part: OwnedKeys, keys: OwnedKeys): boolean =>
  !Object.keys(part.services ?? {}).some((name) => Object.values(keys.routers ?? {}).some(({ service }) => service === name))

/** Every line of `before` is in `after`, in order. */
function isKept(before: string, after: string): boolean {
  const lines = before.split(/\r?\n/)
  let next = 0
  for (const line of after.split(/\r?\n/)) if (line === lines[next]) next++
  return next === lines.length
}

function insertLine(text: string, line: string, eol: string, place: number): string {
  const lines = text.split(eol)
  lines.splice(place % lines.length, 0, line)
  return lines.join(eol)
}

const withoutHumanLine = (text: string, eol: string): string =>
  text
    .split(eol)
    .filter((line) => line !== HUMAN)
    .join(eol)

function isUnderstood(text: string): boolean {
  try {
    readDynamicConfig(remoteFile(text))
    return true
  } catch {
    return false
  }
}
