import type { Backend, TrafficAtom, World } from '../../domain/traffic.ts'
import type { Loss, Move } from './traffic-walk.ts'

export interface NamedStep {
  readonly id: string
  readonly kind: string
}

/** The loss in one sentence: which step, what it does, why a visitor is lost. */
export function headline(loss: Loss, steps: readonly NamedStep[]): string {
  const culprit = loss.moves.at(-1)
  if (culprit === undefined) return 'visitors are lost'
  const who = `${culprit.direction === 'back' ? 'the undo of ' : ''}step ${steps[culprit.step]?.id ?? ''}`
  if (loss.harm.harm === 'two-writers')
    return `${who} ${verb(culprit.atom)} while ${otherSide(culprit.atom)} still runs, but the plan says \`singleWriter\``
  return `${who} ${verb(culprit.atom)} ${reason(culprit.atom, loss)}: they would be lost`
}

function reason(atom: TrafficAtom, { before, after }: Loss): string {
  if (after.edge.size === 0) return 'while nobody else is at the edge'
  if (atom.do === 'route-add' && atom.to === 'maintenance') return 'although no downtime is declared'
  if (atom.do === 'route-add' && atom.to !== 'maintenance')
    return after[atom.to] === 'down' ? 'although nothing runs there' : 'before anyone has seen it answer'
  return before.edge.size > 1 ? 'while the edge may still send visitors there' : 'while the edge sends visitors there'
}

/** Step by step from the start to the visitor who is lost. */
export function story(loss: Loss, steps: readonly NamedStep[]): readonly string[] {
  const lines = ['at the start visitors are on the old side (Nomad), which has been seen answering']
  let last: Move | undefined
  for (const run of runs(loss.moves)) {
    const [first] = run
    if (first === undefined) continue
    if (first.direction === 'back' && last?.direction !== 'back') lines.push('then a step fails, or a person asks for a rollback')
    if (first.direction === 'forward' && last?.direction === 'back') lines.push('then the run goes forward again')
    const step = steps[first.step]
    const who = first.direction === 'back' ? `the undo of step ${step?.id ?? ''}` : `step ${step?.id ?? ''}`
    lines.push(`${who} (${step?.kind ?? ''}) ${run.map((move) => verb(move.atom)).join(', then ')}`)
    last = first
  }
  return [...lines.map((line, index) => `${index + 1}. ${line}`), ...ending(loss)]
}

/** Moves of one step in one direction that follow each other: one line of the story. */
function runs(moves: readonly Move[]): readonly (readonly Move[])[] {
  const grouped: Move[][] = []
  for (const move of moves) {
    const current = grouped.at(-1)
    const before = current?.at(-1)
    if (before?.step === move.step && before.direction === move.direction && before.index < move.index) current?.push(move)
    else grouped.push([move])
  }
  return grouped
}

function ending({ after, harm }: Loss): readonly string[] {
  const atEdge =
    after.edge.size === 0 ? 'at the edge: nobody' : `at the edge: ${[...after.edge].map((each) => sideName(each)).join(' and ')}`
  if (harm.harm === 'two-writers') return [atEdge, 'both sides run: two writers may write at once']
  const fate =
    after.edge.size === 0 ? 'no router matches: a visitor now gets 404' : harm.backends.map((each) => fateOf(each, after)).join('; ')
  return [atEdge, fate]
}

function fateOf(backend: Backend, world: World): string {
  if (backend === 'maintenance') return 'a visitor now gets a maintenance page'
  return world[backend] === 'down'
    ? `a visitor who is sent to ${sideName(backend)} now gets an error: nothing runs there`
    : `a visitor who is sent to ${sideName(backend)} now may get anything: it runs, but has not been seen giving the site's expected answer`
}

export function verb(atom: TrafficAtom): string {
  switch (atom.do) {
    case 'start':
      return `starts ${sideName(atom.side)}`
    case 'prove':
      return `sees ${sideName(atom.side)} answer as the site should`
    case 'stop':
      return `stops ${sideName(atom.side)}`
    case 'route-add':
      return `sends visitors to ${sideName(atom.to)}`
    case 'route-remove':
      return `takes visitors off ${sideName(atom.from)}`
  }
}

export const sideName = (backend: Backend): string =>
  ({ old: 'the old side (Nomad)', new: 'the new side (Kubernetes)', maintenance: 'the maintenance page' })[backend]

const otherSide = (atom: TrafficAtom): string => sideName('side' in atom && atom.side === 'old' ? 'new' : 'old')
