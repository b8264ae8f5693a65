import type { PlanStep } from '../../domain/plan.ts'
import type { Problem } from '../../domain/problem.ts'
import type { AnyStepKind, StepKinds } from '../../domain/step-kind.ts'
import { planProblem } from '../plan-problem.ts'
import type { Rule, RuleInput } from './rule.ts'

/** What asks each side through the real edge comes while the doors to both sides are open. */
export const doorsOpen: Rule = {
  name: 'doors-open',
  severity: 'refuse',
  check(input) {
    let doors: Doors = {}
    return input.plan.steps.flatMap((step, index) => {
      const before = doors
      doors = after(step, before, input.kinds)
      return [...ownProblems(step, index, before, input), ...gateProblems(step, index, doors, input)]
    })
  },
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

function ownProblems(step: PlanStep, index: number, doors: Doors, input: RuleInput): readonly Problem[] {
  const refused = (code: string, summary: string, next: readonly string[]): readonly Problem[] => [
    planProblem(code, summary, next, input.locate(['steps', index, step.kind], 'key')),
  ]
  const wants = doorsOf(step, input.kinds)
  if (wants === 'needs' && doors.openedBy === undefined) {
    const { code, why, next } = whyNotOpen(step, index, doors, input)
    return refused(code, `step ${step.id} (${step.kind}) asks each side through a door of the edge, but ${why}`, next)
  }
  if (wants === 'opens' && doors.openedBy !== undefined) {
    const summary = `step ${step.id} opens doors to both sides although those of step ${doors.openedBy.id} are still open`
    return refused('doors-opened-twice', summary, [`remove \`${step.id}\`, or move it after ${aStepThat('closes', input.kinds)}`])
  }
  return []
}

/** Gates look after the effect of their step, so at the doors as the step leaves them. */
function gateProblems(step: PlanStep, index: number, doors: Doors, input: RuleInput): readonly Problem[] {
  if (doors.openedBy !== undefined) return []
  return step.gates.flatMap((gate, position) => {
    if (input.gates.get(gate.kind)?.needsDoors !== true) return []
    const { code, why, next } = doors.closedBy === step ? closedByItself(step, index, input) : whyNotOpen(step, index, doors, input)
    const summary = `gate ${gate.kind} of step ${step.id} asks each side through a door of the edge, but ${why}`
    return [planProblem(code, summary, next, input.locate(['steps', index, 'gates', position, gate.kind], 'key'))]
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
