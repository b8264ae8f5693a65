import { INITIAL_WORLD, applyAtom, unprovenAtEdge } from '../../domain/traffic.ts'
import type { Backend, StepTraffic, TrafficAtom, World } from '../../domain/traffic.ts'

/** A step as far as visitors feel it. */
export interface WalkStep {
  readonly traffic: StepTraffic
  /** A rollback may stop after it, and the run may go forward again from there. */
  readonly reachesState: boolean
}

export interface Move {
  readonly direction: 'forward' | 'back'
  readonly step: number
  /** Index into the step's atoms of that direction. */
  readonly index: number
  readonly atom: TrafficAtom
}

/** A way in which a visitor is lost, or two writers run: every move of it, the last one being the culprit. */
export interface Loss {
  readonly moves: readonly Move[]
  readonly before: World
  readonly after: World
  readonly harm: { readonly harm: 'unproven'; readonly backends: readonly Backend[] } | { readonly harm: 'two-writers' }
}

interface Position {
  readonly direction: 'forward' | 'back'
  readonly step: number
  /** How many atoms of the step are done in this direction. */
  readonly done: number
}

interface Node {
  readonly position: Position
  readonly world: World
  readonly parent: Node | undefined
  readonly move: Move | undefined
}

/**
 * Everything that can happen to visitors, as a search over (place in the plan, world): each atom forward; a failure or a crash
 * after any of them, then the undo of the interrupted step and of those before it, stopping at any reached state, and forward again from there,
 * as often as one likes. A world in which a side at the edge is unproven is a loss; nothing is followed beyond it.
 * Breadth first, so that each loss comes with its shortest story; one loss for each atom that does harm.
 */
export function findLosses(steps: readonly WalkStep[], rules: { readonly singleWriter: boolean }): readonly Loss[] {
  const start: Node = { position: { direction: 'forward', step: 0, done: 0 }, world: INITIAL_WORLD, parent: undefined, move: undefined }
  const queue: Node[] = [start]
  const seen = new Set<string>([keyOf(start)])
  const losses = new Map<string, Loss>()
  for (const node of queue) {
    for (const next of successors(steps, node)) {
      const key = keyOf(next)
      if (seen.has(key)) continue
      seen.add(key)
      const harm = harmOf(next.world, rules)
      if (harm === undefined) queue.push(next)
      else if (next.move !== undefined) {
        const culprit = `${next.move.direction} ${next.move.step} ${next.move.index}`
        if (!losses.has(culprit)) losses.set(culprit, { moves: movesTo(next), before: node.world, after: next.world, harm })
      }
    }
  }
  return [...losses.values()]
}

function harmOf(world: World, { singleWriter }: { readonly singleWriter: boolean }): Loss['harm'] | undefined {
  const backends = unprovenAtEdge(world)
  if (backends.length > 0) return { harm: 'unproven', backends }
  return singleWriter && world.old !== 'down' && world.new !== 'down' ? { harm: 'two-writers' } : undefined
}

function successors(steps: readonly WalkStep[], node: Node): readonly Node[] {
  const { position, world } = node
  const at = (next: Position, move?: Move): Node => ({
    position: next,
    world: move ? applyAtom(world, move.atom) : world,
    parent: node,
    move,
  })
  return position.direction === 'forward' ? forwardFrom(steps, position, at) : backFrom(steps, position, at)
}

type At = (next: Position, move?: Move) => Node

function forwardFrom(steps: readonly WalkStep[], { step, done }: Position, at: At): readonly Node[] {
  const traffic = steps[step]?.traffic
  // Before the step's first atom nothing of it may have happened: a rollback may begin with the step before it.
  const turned = done === 0 && step > 0 ? [at({ direction: 'back', step: step - 1, done: 0 })] : []
  if (traffic === undefined) return turned
  const undone = traffic.back === 'irreversible' ? [] : [at({ direction: 'back', step, done: 0 })]
  const atom = traffic.forward[done]
  const onward =
    atom === undefined
      ? at({ direction: 'forward', step: step + 1, done: 0 })
      : at({ direction: 'forward', step, done: done + 1 }, { direction: 'forward', step, index: done, atom })
  return [onward, ...undone, ...turned]
}

function backFrom(steps: readonly WalkStep[], { step, done }: Position, at: At): readonly Node[] {
  const back = steps[step]?.traffic.back
  if (back === undefined || back === 'irreversible') return []
  const atom = back[done]
  if (atom !== undefined) return [at({ direction: 'back', step, done: done + 1 }, { direction: 'back', step, index: done, atom })]
  const mayStop = step === 0 || steps[step - 1]?.reachesState === true
  const further = step > 0 ? [at({ direction: 'back', step: step - 1, done: 0 })] : []
  return mayStop ? [at({ direction: 'forward', step, done: 0 }), ...further] : further
}

function movesTo(node: Node): readonly Move[] {
  const moves: Move[] = []
  for (let each: Node | undefined = node; each !== undefined; each = each.parent) if (each.move !== undefined) moves.push(each.move)
  return moves.toReversed()
}

const keyOf = ({ position, world }: Node): string =>
  `${position.direction} ${position.step} ${position.done} ${world.old} ${world.new} ${[...world.edge].toSorted().join('+')}`
