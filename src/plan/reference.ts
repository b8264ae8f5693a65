import { stringify } from 'yaml'
import { formatDuration } from '../domain/duration.ts'
import type { GatePolicy } from '../domain/gate-policy.ts'
import type { AnyGateKind, AnyStepKind } from '../domain/step-kind.ts'
import { irreversibleBecause } from '../domain/step-kind.ts'
import { planJsonSchema } from './json-schema.ts'
import type { Registries } from './schema/plan.ts'
import { fieldTable, fieldsOf, nodeOf, sectionsOf } from './field-table.ts'
import type { SchemaNode } from './field-table.ts'

/** `docs/plan-reference.md`: every field of a plan, every step kind and gate kind, from the schema that plans are checked with. */
export function planReference(registries: Registries): string {
  const plan = nodeOf(planJsonSchema(registries)) ?? {}
  const step = nodeOf(property(plan, 'steps').items) ?? {}
  const gate = nodeOf(property(step, 'gates').items) ?? {}
  const stepKinds = [...registries.kinds.values()]
  const gateKinds = [...registries.gates.values()]
  const sections = [
    INTRODUCTION,
    '## The plan',
    fieldTable(fieldsOf(plan).filter((field) => !field.path.includes('.') && !field.path.includes('['))),
    ...sectionsOf(plan).flatMap((name) => [
      `### \`${name}\``,
      property(plan, name).description ?? '',
      fieldTable(fieldsOf(property(plan, name))),
      ...(name === 'targets' ? [TEMPLATES] : []),
    ]),
    '## A step',
    `${step.description ?? ''} What the kind wants stands under its name.`,
    fieldTable(fieldsOf(step, [...registries.kinds.keys()]).filter((field) => !field.path.startsWith('gates[]'))),
    '## A gate',
    gate.description ?? '',
    fieldTable(fieldsOf(gate, [...registries.gates.keys()])),
    '## Step kinds',
    ...stepKinds.flatMap((kind) => [
      `### \`${kind.kind}\``,
      `${sentence(kind.summary)} ${nature(kind)}`,
      ...kindSection(kind, property(step, kind.kind)),
    ]),
    '## Gate kinds',
    ...gateKinds.flatMap((kind) => [
      `### \`${kind.kind}\``,
      sentence(kind.summary),
      policy(kind.defaultPolicy),
      ...kindSection(kind, property(gate, kind.kind)),
    ]),
  ]
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`
}

const INTRODUCTION = `# Plan reference

Generated from the schemas by \`node scripts/generate-plan.mjs\`; \`schema/plan.v1.json\` says the same to editors, with this first line of a plan:
\`# yaml-language-server: $schema=../schema/plan.v1.json\`. A whole plan: [plans/jayne-martin-counselling.yaml](../plans/jayne-martin-counselling.yaml).

Durations are written \`500ms\`, \`30s\`, \`1m30s\`, \`24h\`. Unknown fields are refused. Paths are relative to the plan file.`

const TEMPLATES = `### Templates

| | |
|---|---|
| \`\${env:NAME}\` | an environment variable |
| \`\${file:PATH}\` | the content of a file, without the line end |
| \`\${command:LINE}\` | what a command prints |

They are resolved only when a target is used, and are never printed or recorded. Only the text fields of \`targets\` that name
an address, a credential or a file of this machine take them, and the single values of a chart (\`helm.set\`).`

const property = (node: SchemaNode, name: string): SchemaNode => nodeOf(node.properties?.[name]) ?? {}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)

function nature(kind: AnyStepKind): string {
  if (kind.nature === 'waits') return 'It only looks and waits.'
  const irreversible = irreversibleBecause(kind)
  return irreversible === undefined ? 'It can be undone.' : `**It cannot be undone**: ${sentence(irreversible)}`
}

function kindSection(kind: AnyStepKind | AnyGateKind, schema: SchemaNode): readonly string[] {
  const uses = kind.targets.length === 0 ? '' : `Targets: ${kind.targets.map((target) => `\`${target}\``).join(', ')}.`
  return [uses, fieldTable(fieldsOf(schema)), `\`\`\`yaml\n${stringify({ [kind.kind]: kind.example }).trimEnd()}\n\`\`\``]
}

function policy({ interval, timeout, successThreshold, hold, failureThreshold, inconclusive }: GatePolicy): string {
  const settles = `\`interval: ${formatDuration(interval)}\`, \`timeout: ${formatDuration(timeout)}\`, \`successThreshold: ${successThreshold}\``
  const holds = `\`hold: ${formatDuration(hold)}\`, \`failureThreshold: ${failureThreshold}\`, \`inconclusive: ${inconclusive}\``
  return `Defaults: ${settles}, ${holds}.`
}
