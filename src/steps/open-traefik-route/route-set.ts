import { canonicalJson } from '../../domain/json.ts'
import type { DynamicConfig, DynamicConfigChange, EdgePort, RemoteFile } from '../../domain/ports/index.ts'
import { recorded } from '../recorded.ts'
import type { OpenRecord, RouteSet } from './record.ts'

/** Only me: the doors, with what they lead to, and nothing that a visitor could match. */
export function doorsOf({ routes, services, copy }: Pick<OpenRecord, 'routes' | 'services' | 'copy'>): RouteSet {
  const doors = routes.flatMap(({ doors: { old, new: fresh } }) => [old, fresh])
  return {
    routers: Object.fromEntries(doors.map(({ name, definition }) => [name, definition])),
    services: copy === undefined ? {} : { [inOwnFile(services.new)]: recorded({ loadBalancer: copy }) },
  }
}

/** How the file names a service: without a provider where it is its own. */
export const inOwnFile = (name: string): string => name.replace(/@file$/, '')

/** The one edit of the file that leads from one set of ours to another; what both hold alike is not touched. */
export function changeBetween(before: RouteSet, after: RouteSet, original?: RemoteFile): DynamicConfigChange {
  return {
    remove: { routers: differing(before.routers, after.routers), services: differing(before.services, after.services) },
    add: { routers: missing(before.routers, after.routers), services: missing(before.services, after.services) },
    ...(original && { original }),
  }
}

type Keys<Definition> = Readonly<Record<string, Definition>>

const differing = <Definition>(before: Keys<Definition>, after: Keys<Definition>): readonly string[] =>
  Object.keys(before).filter((name) => !same(before[name], after[name]))

const missing = <Definition>(before: Keys<Definition>, after: Keys<Definition>): Keys<Definition> =>
  Object.fromEntries(Object.entries(after).filter(([name, definition]) => !same(before[name], definition)))

const same = (a: unknown, b: unknown): boolean =>
  canonicalJson(JSON.parse(JSON.stringify(a ?? null))) === canonicalJson(JSON.parse(JSON.stringify(b ?? null)))

/** Every name that any of these sets has. */
export function namesOf(sets: readonly RouteSet[]): { readonly routers: readonly string[]; readonly services: readonly string[] } {
  const all = (section: keyof RouteSet): readonly string[] => [...new Set(sets.flatMap((set) => Object.keys(set[section])))]
  return { routers: all('routers'), services: all('services') }
}

/** Whether the file holds all of `set` value for value, and nothing else under the names of `known`. */
export function holds(edge: EdgePort, config: DynamicConfig, set: RouteSet, known: readonly RouteSet[]): boolean {
  const names = namesOf([set, ...known])
  return (['routers', 'services'] as const).every((section) => names[section].every((name) => holdsKey(edge, config, set, section, name)))
}

/** Whether the file holds under this name what `set` has there: the same value, or nothing. */
export function holdsKey(edge: EdgePort, config: DynamicConfig, set: RouteSet, section: keyof RouteSet, name: string): boolean {
  const router = section === 'routers' ? set.routers[name] : undefined
  const service = section === 'services' ? set.services[name] : undefined
  if (router !== undefined) return edge.owned(config, 'routers', name, router).status === 'ours'
  if (service !== undefined) return edge.owned(config, 'services', name, service).status === 'ours'
  return !config[section].includes(name)
}
