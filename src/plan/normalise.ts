import type { GatePolicy } from '../domain/gate-policy.ts'
import type { Json } from '../domain/json.ts'
import type { OnFailure, Plan, PlanGate, PlanPolicies, PlanStep, Targets } from '../domain/plan.ts'
import { parseQuantity } from '../domain/quantity.ts'
import type { GateKinds } from '../domain/step-kind.ts'
import type { ParsedPlan, Registries } from './schema/plan.ts'
import type { PlanSource } from './source.ts'

/** A plan whose shape is sound, as the rest of the tool knows it: defaults filled in, kinds told apart from fields, places at hand
 * (found when they are asked for: a valid plan is not asked). */
export function toPlan(parsed: ParsedPlan, source: PlanSource, path: string, text: string, registries: Registries): Plan {
  const { name, site, environment, policies, states, singleWriter, watch, lab } = parsed
  const steps = parsed.steps.map((step, index) => toStep(step, index, source, registries))
  return {
    name,
    path,
    text,
    targets: toTargets(parsed.targets),
    states,
    steps,
    singleWriter,
    ...(site && { site }),
    ...(environment !== undefined && { environment }),
    ...(policies && { policies: toPolicies(policies, source) }),
    ...(watch && { watch }),
    ...(isJson(lab) && { lab }),
  }
}

/** Quantities are numbers from here on. */
function toTargets({ kubernetes, ...others }: ParsedPlan['targets']): Targets {
  if (kubernetes === undefined) return others
  const { requires, ...target } = kubernetes
  if (requires === undefined) return { ...others, kubernetes: target }
  const { memory, ...required } = requires
  const memoryBytes = memory === undefined ? undefined : parseQuantity(memory)
  return { ...others, kubernetes: { ...target, requires: { ...required, ...(memoryBytes !== undefined && { memoryBytes }) } } }
}

function toPolicies({ packs, files, expects, waivers }: NonNullable<ParsedPlan['policies']>, source: PlanSource): PlanPolicies {
  return {
    files,
    expects: isJson(expects) ? expects : {},
    waivers: waivers.map((waiver, index) => ({
      ...waiver,
      get location() {
        return source.locate(['policies', 'waivers', index], 'value')
      },
    })),
    ...(packs && { packs }),
  }
}

function toStep(parsed: ParsedPlan['steps'][number], index: number, source: PlanSource, registries: Registries): PlanStep {
  const { kind, spec } = kindIn(parsed, registries.kinds)
  const { id, reaches } = parsed
  const onFailure: OnFailure = parsed.onFailure
  const gates = parsed.gates.map((gate, position) => toGate(gate, ['steps', index, 'gates', position], source, registries.gates))
  return {
    id,
    kind,
    spec,
    gates,
    ...(reaches !== undefined && { reaches }),
    onFailure,
    get location() {
      return source.locate(['steps', index, 'id'])
    },
  }
}

type ParsedGate = ParsedPlan['steps'][number]['gates'][number]

function toGate(parsed: ParsedGate, path: readonly PropertyKey[], source: PlanSource, gates: GateKinds): PlanGate {
  const { kind, spec, definition } = kindIn(parsed, gates)
  const base = definition.defaultPolicy
  const policy: GatePolicy = {
    interval: parsed.interval ?? base.interval,
    timeout: parsed.timeout ?? base.timeout,
    successThreshold: parsed.successThreshold ?? base.successThreshold,
    hold: parsed.hold ?? base.hold,
    failureThreshold: parsed.failureThreshold ?? base.failureThreshold,
    inconclusive: parsed.inconclusive ?? base.inconclusive,
  }
  return {
    kind,
    spec,
    policy,
    get location() {
      return source.locate([...path, kind], 'key')
    },
  }
}

/** `checkKinds` has made sure that exactly one is there. */
function kindIn<Kind>(
  fields: object,
  kinds: ReadonlyMap<string, Kind>,
): { readonly kind: string; readonly spec: unknown; readonly definition: Kind } {
  for (const [kind, spec] of Object.entries(fields)) {
    const definition = kinds.get(kind)
    if (definition !== undefined && spec !== undefined) return { kind, spec, definition }
  }
  throw new TypeError('no kind: checkKinds was not asked')
}

function isJson(value: unknown): value is Json {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return true
  return typeof value === 'object' && Object.values(value).every((member) => isJson(member))
}
