import type { Plan } from '../../domain/plan.ts'
import type { PolicyPack } from '../../domain/policy.ts'
import type { PlanFiles } from '../../domain/ports/index.ts'
import type { Problem } from '../../domain/problem.ts'
import { ProblemError } from '../../domain/problem.ts'
import { nearest } from '../../plan/suggestion.ts'
import { builtInPacks } from '../../policies/built-in-packs.ts'
import { readPolicyPack } from '../../policies/read-pack.ts'
import { allOf } from './all-of.ts'

interface PackReading {
  readonly files: PlanFiles
  /** The team's rules are asked about their own examples too. */
  readonly examples?: boolean
}

/** The built-in packs that the plan wants, and the team's own. Rejects with every mistake of them at once. */
export async function packsOf({ policies }: Plan, reading: PackReading): Promise<readonly PolicyPack[]> {
  const builtIn = await builtInPacks()
  const names = builtIn.map((pack) => pack.name)
  const unknown = (policies?.packs ?? []).filter((name) => !names.includes(name)).map((name) => unknownPack(name, names))
  const [first, ...more] = unknown
  if (first) throw new ProblemError(first, ...more)
  const own = await allOf((policies?.files ?? []).map((path) => teamPacks(path, reading)))
  return [...builtIn.filter((pack) => policies?.packs?.includes(pack.name) ?? true), ...own.flat()]
}

async function teamPacks(path: string, { files, examples = false }: PackReading): Promise<readonly PolicyPack[]> {
  const all = await files.list(path)
  const names = all.filter((name) => name === path || /\.ya?ml$/.test(name))
  if (names.length === 0) throw new ProblemError(noPack(path, all))
  return allOf(names.map(async (name) => readPolicyPack(name, await files.read(name), { examples })))
}

function unknownPack(name: string, names: readonly string[]): Problem {
  const meant = nearest(name, names)
  const next = [...(meant === undefined ? [] : [`did you mean \`${meant}\`?`]), `built-in packs: ${names.join(', ')}`]
  return problem('unknown-policy-pack', `\`policies.packs\` names ${name}, which is not built in`, next)
}

function noPack(path: string, others: readonly string[]): Problem {
  const what =
    others.length === 0
      ? 'there is no file'
      : `none of its ${others.length} ${others.length === 1 ? 'file' : 'files'} ends in .yaml or .yml`
  const next = ['name a policy file or a folder that holds some, relative to the plan', 'or take the entry out of `policies.files`']
  return problem('no-policy-pack', `\`policies.files\` names ${path}, and no policy pack is there: ${what}`, next)
}

const problem = (code: string, summary: string, next: readonly string[]): Problem => ({ code, summary, next, effect: 'no', exitCode: 65 })
