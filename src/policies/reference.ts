import { z } from 'zod'
import type { PolicyPack, PolicyRule } from '../domain/policy.ts'
import { fieldsOf, fieldTable, nodeOf } from '../plan/field-table.ts'
import { builtInPacks } from './built-in-packs.ts'
import { ownFunctions } from './environment.ts'
import type { OwnFunction } from './environment.ts'
import { DEFAULT_LIMITS } from './limits.ts'
import { packSchema } from './pack-schema.ts'
import { WHOLE_PACK } from './whole-pack.ts'

/** `docs/policies.md` by its path in the repository: every built-in rule with its examples. `npm run generate` writes it, a test keeps it fresh. */
export const generatedPolicyFiles = async (): Promise<Readonly<Record<string, string>>> => ({
  'docs/policies.md': policyReference(await builtInPacks(), await ownFunctions()),
})

function policyReference(packs: readonly PolicyPack[], functions: readonly OwnFunction[]): string {
  const rules = packs.reduce((all, pack) => all + pack.rules.length, 0)
  const sections = [
    introduction(packs.length, rules),
    ...packs.flatMap(packSection),
    FILE,
    fieldTable(fieldsOf(nodeOf(z.toJSONSchema(packSchema, { io: 'input' })) ?? {})),
    EXPRESSIONS,
    functionTable(functions),
    LIMITS,
  ]
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`
}

const introduction = (packs: number, rules: number): string => `# Policies

Generated from \`policies/*.yaml\` by \`npm run generate\`. ${rules} rules in ${packs} packs are asked about every object that a plan would create, before anything is
touched: by \`validate\`, by the dry run and before a run. A finding of severity \`error\` refuses the plan; warnings and hints are said. A rule that cannot be asked is a
problem, never a pass.

\`\`\`yaml
policies:
  packs: [workloads, services]          # default: all built-in packs
  files: [../policies/team.yaml]        # the team's own, relative to the plan
  waivers:
    - { rule: workloads/no-latest-tag, object: Deployment/web, reason: built on the node, expires: 2027-06-30 }
\`\`\`

A waiver names the rule, the object (\`Kind/name\`, or \`Kind/namespace/name\` where two namespaces have one, a chart's folder, an image's repository, or \`*\`), the reason and its last day (UTC). After that day the finding counts
again, and the waiver is a problem of its own. One that waives nothing is a warning, one that names no rule of the plan an error.

Rules about images need what registries say: a dry run and a run ask them, \`validate\` asks nobody. Where nobody was asked, that is a warning, \`inconclusive\` in JUnit and a
notification in SARIF. What is wrong with objects of steps that have begun is a warning: it is there already, and must not bar what is still to come.`

function packSection({ name, summary, rules }: PolicyPack): readonly string[] {
  const rows = rules.map(
    (rule) =>
      `| [\`${rule.name}\`](#${rule.name.replace('/', '')}) | ${rule.severity} | ${cell(lookedAt(rule))} | ${cell(rule.why)} | ${cell(rule.fix)} |`,
  )
  return [
    `## ${name}`,
    summary,
    ['| rule | severity | looks at | why | fix |', '|---|---|---|---|---|', ...rows].join('\n'),
    ...rules.flatMap(ruleSection),
  ]
}

const ruleSection = ({ name, examples }: PolicyRule): readonly string[] => [
  `### \`${name}\``,
  `<details><summary>Examples</summary>

Fails:

${yamlBlock(examples.failing)}

Passes:

${yamlBlock(examples.passing)}

</details>`,
]

const yamlBlock = (text: string): string => `\`\`\`yaml\n${text.trimEnd()}\n\`\`\``

function lookedAt({ looksAt, kinds }: PolicyRule): string {
  if (looksAt === 'objects') return 'all objects at once'
  if (looksAt === 'chart') return 'each chart'
  if (looksAt === 'image') return 'each image, as its registry describes it'
  return kinds.length === 0 ? 'each object' : kinds.join(', ')
}

const cell = (text: string): string =>
  text
    .replaceAll('|', '\\|')
    .replace(/\s*\n\s*/g, ' ')
    .trim()

const FILE = `## Writing a pack

A file of one's own has the form of the built-in ones in \`policies/\`. Unknown fields are refused; every problem of a file is shown at once, with its place.

\`\`\`yaml
${WHOLE_PACK.trimEnd()}
\`\`\`

\`message\` is an expression like the others: a sentence stands in quotes of CEL inside those of YAML, \`message: "'no owner'"\`. Without the inner ones its words would be names of
variables. \`validate\` asks each rule about its own examples too: one that does not keep what it promises is a problem.`

const EXPRESSIONS = `## Expressions

They are [CEL](https://cel.dev). A rule may name:

| | |
|---|---|
| \`object\` | the Kubernetes object (\`looksAt: object\`), with \`step\` and \`id\` as below |
| \`objects\` | all objects of the plan; each has \`step\`, the id of its step, and \`id\`, how findings name it, beside its own fields |
| \`chart\` | \`chart\` (its folder), \`step\`, \`files\` (text by path), \`values\` (paths), \`lint\` (\`severity\`, \`message\`) (\`looksAt: chart\`) |
| \`image\` | \`reference\`, \`digest\`, \`platforms\`, \`image.user\`, \`image.healthCheck\`, \`image.compressedBytes\` (\`looksAt: image\`) |
| \`plan\` | \`name\`, \`environment\`, \`namespace\`, \`singleWriter\`, \`movesSite\`, \`host\`, \`expects\` |
| \`now\` | the time of the check |
| \`it\`, \`index\` | with \`each\`: the member, and its place in the list from 0 |

A field that is not there is an error, which is a problem of the rule: ask with \`has(object.spec.replicas)\`, or \`object.spec.?replicas.orValue(1)\`. Whole numbers are CEL's
\`int\`. A member of \`each\` that is a map with \`object\` (\`Kind/name\`) and \`path\` says itself where its finding is. In an example, a document with the one key \`plan\` gives
fields of the plan.

Beside CEL's own functions:`

function functionTable(functions: readonly OwnFunction[]): string {
  if (functions.length === 0) return ''
  return [
    '| function | |',
    '|---|---|',
    ...functions.map(({ signature, description }) => `| \`${cell(signature)}\` | ${cell(description)} |`),
  ].join('\n')
}

const LIMITS = `One rule may take ${DEFAULT_LIMITS.each} ms of the processor on one object and ${DEFAULT_LIMITS.atOnce / 1000} s on all at once, all rules together ${DEFAULT_LIMITS.all / 1000} s; \`each\` may give ${DEFAULT_LIMITS.members.toLocaleString('en-GB')} members. What takes longer is stopped and
is a problem (\`policy-too-slow\`) that names the rule and the object.`
