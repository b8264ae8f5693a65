import type { AnyStepKind, StepKinds } from '../../domain/step-kind.ts'
import type { StepTraffic, TrafficAtom } from '../../domain/traffic.ts'
import type { NamedStep } from './traffic-story.ts'
import { sideName } from './traffic-story.ts'
import type { Loss } from './traffic-walk.ts'

export interface MendableStep extends NamedStep {
  readonly traffic: StepTraffic
}

/** What to change in the plan so that this loss cannot happen: most likely first. */
export function mends(loss: Loss, steps: readonly MendableStep[], kinds: StepKinds): readonly string[] {
  const culprit = loss.moves.at(-1)
  const step = culprit && steps[culprit.step]
  if (culprit === undefined || step === undefined) return []
  if (loss.harm.harm === 'two-writers') {
    return [`order the steps so that one side is stopped before the other starts, or remove \`singleWriter\` if both may write`]
  }
  if (culprit.direction === 'back') {
    return [`order the steps so that undoing \`${step.id}\` is safe: what it needs must be undone after it, so must come before it`]
  }
  const missing = whatIsMissing(culprit.atom, loss)
  return missing === undefined ? [`remove \`${step.id}\``] : place(missing, step, culprit.step, steps, kinds)
}

interface Missing {
  readonly does: (atom: TrafficAtom) => boolean
  readonly what: string
}

/** What should have happened before the atom that does the harm. */
function whatIsMissing(atom: TrafficAtom, { before, after }: Loss): Missing | undefined {
  if (atom.do === 'stop') {
    const { side } = atom
    return { does: (each) => each.do === 'route-remove' && each.from === side, what: `takes visitors off ${sideName(side)}` }
  }
  if (atom.do === 'route-remove') {
    const { from } = atom
    return { does: (each) => each.do === 'route-add' && each.to !== from && each.to !== 'maintenance', what: 'sends visitors elsewhere' }
  }
  if (atom.do !== 'route-add' || atom.to === 'maintenance') return undefined
  const { to } = atom
  return before[to] === 'down' && after[to] === 'down'
    ? { does: (each) => each.do === 'start' && each.side === to, what: `starts ${sideName(to)}` }
    : { does: (each) => each.do === 'prove' && each.side === to, what: `proves ${sideName(to)}` }
}

/** Moves a step that the plan has, or adds one of a kind that would do. */
function place(missing: Missing, step: MendableStep, index: number, steps: readonly MendableStep[], kinds: StepKinds): readonly string[] {
  const later = steps.find((each, position) => position > index && each.traffic.forward.some((atom) => missing.does(atom)))
  if (later !== undefined)
    return [`move \`${step.id}\` after \`${later.id}\`, which ${missing.what}`, `or move \`${later.id}\` before \`${step.id}\``]
  const able = [...kinds.values()]
    .filter((kind) => exampleTraffic(kind).forward.some((atom) => missing.does(atom)))
    .map((kind) => kind.kind)
  const added = able.length === 0 ? `a step that ${missing.what}` : `a step of kind ${able.join(' or ')}, which ${missing.what},`
  return [`add ${added} before \`${step.id}\``]
}

/** What a kind does to visitors, asked of its own example. */
function exampleTraffic(kind: AnyStepKind): StepTraffic {
  const parsed = kind.spec.safeParse(kind.example)
  return parsed.success ? kind.traffic(parsed.data, []) : { forward: [], back: [] }
}
