import type { PolicyPack, PolicyRule } from '../domain/policy.ts'
import { ProblemError } from '../domain/problem.ts'
import type { Problem } from '../domain/problem.ts'
import type { PlanSource } from '../plan/source.ts'
import { parseYaml } from '../plan/syntax.ts'
import { brokenExpression } from './broken-expression.ts'
import { checkExamples } from './check-examples.ts'
import { compileRule } from './compile.ts'
import { rememberCompiled } from './compiled.ts'
import type { ParsedPack, ParsedRule } from './pack-schema.ts'
import { checkPackShape } from './pack-shape.ts'
import { policyProblem } from './policy-problem.ts'

/**
 * Reads a policy file: YAML, its shape, its rules, its expressions. Rejects with one `ProblemError` that carries every problem in the order of the file, each
 * with its place and exit code 65. `examples`: the rules are asked about their own examples too.
 */
export async function readPolicyPack(file: string, text: string, { examples = false } = {}): Promise<PolicyPack> {
  const { source, data, problems } = parseYaml(file, text)
  const found = problems.map(inWordsOfPolicies)
  if (data === undefined) return refuse(found)
  const shape = checkPackShape(source, data)
  if (shape.parsed === undefined) return refuse([...found, ...shape.problems])
  const pack = toPack(shape.parsed, source)
  const broken = [...found, ...ruleProblems(shape.parsed, source), ...(await compilePack(pack, source))]
  if (broken.length > 0) return refuse(broken)
  const unkept = examples ? await checkExamples(pack, source) : []
  return unkept.length > 0 ? refuse(unkept) : pack
}

function refuse(problems: readonly Problem[]): never {
  const [first, ...more] = problems.toSorted(
    (a, b) => (a.location?.line ?? 0) - (b.location?.line ?? 0) || (a.location?.column ?? 0) - (b.location?.column ?? 0),
  )
  if (first === undefined) throw new TypeError('a policy file was refused without a problem')
  throw new ProblemError(first, ...more)
}

const START = 'begin with `apiVersion: jmc-migrate/policy/v1`; docs/policies.md shows a whole file'

/** The reader of YAML speaks of plans where a file is empty, holds no fields, or several documents. */
function inWordsOfPolicies(problem: Problem): Problem {
  const file = problem.location?.file ?? ''
  if (problem.code === 'empty-plan') return { ...problem, code: 'empty-policy-file', next: [START] }
  if (problem.code === 'not-a-plan') {
    return {
      ...problem,
      code: 'not-a-policy-file',
      summary: `${file} is no policy file: it holds no fields such as \`pack:\` and \`rules:\``,
      next: [START],
    }
  }
  return problem.code === 'several-documents' ? { ...problem, next: ['keep one pack per file: remove `---` and what follows'] } : problem
}

const toPack = (parsed: ParsedPack, source: PlanSource): PolicyPack => ({
  name: parsed.pack,
  summary: parsed.summary,
  rules: parsed.rules.map((rule, index) => toRule(parsed.pack, rule, source, index)),
})

const toRule = (pack: string, rule: ParsedRule, source: PlanSource, index: number): PolicyRule => ({
  name: `${pack}/${rule.name}`,
  severity: rule.severity,
  looksAt: rule.looksAt,
  kinds: rule.kinds,
  ...(rule.when !== undefined && { when: rule.when }),
  ...(rule.each !== undefined && { each: rule.each }),
  ...(rule.path !== undefined && { path: rule.path }),
  expression: rule.expression,
  message: rule.message,
  why: rule.why,
  fix: rule.fix,
  location: source.locate(['rules', index, 'name']),
  examples: rule.examples ?? { passing: '', failing: '' },
})

/** What no field can say alone. */
function ruleProblems({ rules }: ParsedPack, source: PlanSource): readonly Problem[] {
  return rules.flatMap((rule, index) => {
    const at = (field: string) => source.locate(['rules', index, field])
    const first = rules.findIndex(({ name }) => name === rule.name)
    return [
      ...(first < index
        ? [
            policyProblem(
              'duplicate-rule',
              `two rules of the pack are named \`${rule.name}\``,
              ['give one of them another name'],
              at('name'),
            ),
          ]
        : []),
      ...(rule.kinds.length > 0 && rule.looksAt !== 'object'
        ? [
            policyProblem(
              'useless-field',
              `rule ${rule.name}: \`kinds\` says nothing where the rule looks at ${rule.looksAt}`,
              ['remove `kinds`, or write `looksAt: object`'],
              at('kinds'),
            ),
          ]
        : []),
      ...(rule.path?.includes('{index}') === true && rule.each === undefined
        ? [
            policyProblem(
              'useless-field',
              `rule ${rule.name}: \`path\` names {index}, but there is no \`each\` to count`,
              ['add `each`, or write the path out'],
              at('path'),
            ),
          ]
        : []),
    ]
  })
}

async function compilePack(pack: PolicyPack, source: PlanSource): Promise<readonly Problem[]> {
  const problems: Problem[] = []
  for (const [index, rule] of pack.rules.entries()) {
    const compiled = await compileRule(rule)
    if ('expression' in compiled) rememberCompiled(rule, compiled)
    else
      for (const each of compiled)
        problems.push(brokenExpression(source, rule.name, ['rules', index, each.field], rule[each.field] ?? '', each))
  }
  return problems
}
