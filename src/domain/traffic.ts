import type { Side } from './observation.ts'

/** What answers at the edge: a side of the migration, or a maintenance page (never safe yet: no plan can declare a downtime). */
export type Backend = Side | 'maintenance'

/**
 * How far a side is known to be able to answer. Readiness gives `up`; only the site's expected answer on the edge's
 * own path gives `proven`.
 */
export type SideHealth = 'down' | 'up' | 'proven'

export interface World {
  readonly old: SideHealth
  readonly new: SideHealth
  /** Who may be answering visitors right now. During a route change: both. */
  readonly edge: ReadonlySet<Backend>
}

/** The smallest thing a step does to visitors. A step kind lists its atoms in order, forward and back. */
export type TrafficAtom =
  | { readonly do: 'start'; readonly side: Side }
  | { readonly do: 'prove'; readonly side: Side }
  | { readonly do: 'stop'; readonly side: Side }
  | { readonly do: 'route-add'; readonly to: Backend }
  | { readonly do: 'route-remove'; readonly from: Backend }

export interface StepTraffic {
  readonly forward: readonly TrafficAtom[]
  /** The atoms of the undo, in the order they are done; `irreversible` where there is none. */
  readonly back: readonly TrafficAtom[] | 'irreversible'
}

export const NO_TRAFFIC: StepTraffic = { forward: [], back: [] }

/** Before the first step: visitors are on the old side, which preflight has proven. */
export const INITIAL_WORLD: World = { old: 'proven', new: 'down', edge: new Set<Backend>(['old']) }

/** The world after one atom. A proven side stays proven until it is stopped. */
export function applyAtom(world: World, atom: TrafficAtom): World {
  switch (atom.do) {
    case 'start':
      return { ...world, [atom.side]: world[atom.side] === 'proven' ? 'proven' : 'up' }
    case 'prove':
      return { ...world, [atom.side]: world[atom.side] === 'down' ? 'down' : 'proven' }
    case 'stop':
      return { ...world, [atom.side]: 'down' }
    case 'route-add':
      return { ...world, edge: new Set([...world.edge, atom.to]) }
    case 'route-remove':
      return { ...world, edge: new Set([...world.edge].filter((each) => each !== atom.from)) }
  }
}

/** Backends that visitors may reach although nobody has proven them; empty when the world is safe. */
export function unprovenAtEdge(world: World): readonly Backend[] {
  if (world.edge.size === 0) return ['maintenance']
  return [...world.edge].filter((backend) => backend === 'maintenance' || world[backend] !== 'proven')
}
