import type { PlanStep } from '../../domain/plan.ts'
import type { Problem, SourceLocation } from '../../domain/problem.ts'
import type { AnyStepKind, StepKinds } from '../../domain/step-kind.ts'
import { planProblem } from '../plan-problem.ts'
import type { Rule, RuleInput } from './rule.ts'

/** What asks each side through the real edge comes while the doors to both sides are open. What is wrong for the same reason is said once. */
export const doorsOpen: Rule = {
  name: 'doors-open',
  severity: 'refuse',
  check(input) {
    let doors: Doors = {}
    const twice: Problem[] = []
    const without = input.plan.steps.flatMap((step, index) => {
      const before = doors
      doors = after(step, before, input.kinds)
      twice.push(...openedTwice(step, index, before, input))
      return [...ownNeed(step, index, before, input), ...needsOfGates(step, index, doors, input)]
    })
    return [...twice, ...onceEach(without)]
  },
}

/** A step or gate that asks through doors which are not open. */
interface Unmet extends Why {
  readonly who: string
  readonly location: SourceLocation
}

function onceEach(all: readonly Unmet[]): readonly Problem[] {
  return [...new Set(all.map(({ why }) => why))].flatMap((reason) => {
    const [first, ...others] = all.filter(({ why }) => why === reason)
    if (first === undefined) return []
    const summary = `${first.who} asks each side through a door of the edge, but ${reason}`
    const same = others.length === 0 ? [] : [`the same goes for ${others.map(({ who }) => who).join(', ')}`]
    return [planProblem(first.code, summary, first.next, first.location, same)]
  })
}

/** Which step has opened the doors that are open; where they are closed again, which step did that. */
interface Doors {
  readonly openedBy?: PlanStep
  readonly closedBy?: PlanStep
}

const doorsOf = (step: PlanStep, kinds: StepKinds) => kinds.get(step.kind)?.doors?.(step.spec)

function after(step: PlanStep, before: Doors, kinds: StepKinds): Doors {
  switch (doorsOf(step, kinds)) {
    case 'opens':
      return { openedBy: step }
    case 'closes':
      return { closedBy: step }
    default:
      return before
  }
}

function ownNeed(step: PlanStep, index: number, doors: Doors, input: RuleInput): readonly Unmet[] {
  if (doorsOf(step, input.kinds) !== 'needs' || doors.openedBy !== undefined) return []
  const location = input.locate(['steps', index, step.kind], 'key')
  return [{ who: `step ${step.id} (${step.kind})`, location, ...whyNotOpen(step, index, doors, input) }]
}

function openedTwice(step: PlanStep, index: number, { openedBy }: Doors, { kinds, locate }: RuleInput): readonly Problem[] {
  if (doorsOf(step, kinds) !== 'opens' || openedBy === undefined) return []
  const summary = `step ${step.id} opens doors to both sides although those of step ${openedBy.id} are still open`
  const next = [`remove \`${step.id}\`, or move it after ${aStepThat('closes', kinds)}`]
  return [planProblem('doors-opened-twice', summary, next, locate(['steps', index, step.kind], 'key'))]
}

/** Gates look after the effect of their step, so at the doors as the step leaves them. */
function needsOfGates(step: PlanStep, index: number, doors: Doors, input: RuleInput): readonly Unmet[] {
  if (doors.openedBy !== undefined) return []
  return step.gates.flatMap((gate, position) => {
    if (input.gates.get(gate.kind)?.needsDoors !== true) return []
    const why = doors.closedBy === step ? closedByItself(step, index, input) : whyNotOpen(step, index, doors, input)
    const location = input.locate(['steps', index, 'gates', position, gate.kind], 'key')
    return [{ who: `gate ${gate.kind} of step ${step.id}`, location, ...why }]
  })
}

interface Why {
  readonly code: string
  readonly why: string
  readonly next: readonly string[]
}

function whyNotOpen(step: PlanStep, index: number, { closedBy }: Doors, { plan, kinds }: RuleInput): Why {
  if (closedBy !== undefined)
    return { code: 'doors-closed', why: `step ${closedBy.id} closes them before it`, next: [`move it before \`${closedBy.id}\``] }
  const later = plan.steps.slice(index + 1).find((each) => doorsOf(each, kinds) === 'opens')
  const next =
    later === undefined
      ? [`add ${aStepThat('opens', kinds)} before \`${step.id}\``]
      : [`move it after \`${later.id}\`, which opens them`, `or move \`${later.id}\` before \`${step.id}\``]
  return { code: 'doors-not-open', why: 'no step before it opens them', next }
}

function closedByItself(step: PlanStep, index: number, { plan }: RuleInput): Why {
  const before = plan.steps[index - 1]
  return {
    code: 'doors-closed',
    why: `gates look after the effect of their step, and ${step.id} closes them`,
    next:
      before === undefined
        ? ['remove the gate']
        : [`put the gate on \`${before.id}\`, the step before`, `or add a step before \`${step.id}\` and put it there`],
  }
}

/** "a step of kind open-traefik-route, which opens doors to both sides": by what the kinds say of their own examples. */
function aStepThat(does: 'opens' | 'closes', kinds: StepKinds): string {
  const able = [...kinds.values()].filter((kind) => saysOfExample(kind, does)).map((kind) => kind.kind)
  const closing = 'a step that closes them'
  if (does === 'closes') return able.length === 0 ? closing : `${closing} (${able.join(', ')})`
  return able.length === 0
    ? 'a step that opens doors to both sides'
    : `a step of kind ${able.join(' or ')}, which opens doors to both sides,`
}

function saysOfExample(kind: AnyStepKind, does: 'opens' | 'closes'): boolean {
  const parsed = kind.spec.safeParse(kind.example)
  return parsed.success && kind.doors?.(parsed.data) === does
}
