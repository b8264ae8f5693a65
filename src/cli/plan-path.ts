import type { Stats } from 'node:fs'
import { statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Problem } from '../domain/problem.ts'
import { ProblemError } from '../domain/problem.ts'
import { EXIT } from './exit-code.ts'
import { usageProblem } from './usage.ts'

const SHOWN = 5

/** Why there is no plan at this path; undefined where there is a file (or a pipe). A folder is a plan only to `status` and `rollback`. */
export async function planPathProblem(path: string): Promise<Problem | undefined> {
  const found = statIfThere(path)
  if (found !== undefined && !found.isDirectory()) return undefined
  const near = await plansIn(found ? path : dirname(path))
  const here = near.length > 0 ? near : await plansIn('plans')
  return {
    ...usageProblem(found ? `${path} is a folder, not a plan file` : `there is no plan file ${path}`, [
      here.length > 0 ? `name one of these: ${here.join(', ')}` : 'name the YAML file of a plan',
    ]),
    code: 'plan-missing',
    exitCode: EXIT.planInvalid,
    effect: 'no',
  }
}

function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

/** The plan that is meant where none is named: the only one in `plans`. Rejects where there is none, or a choice. */
export async function onlyPlan(): Promise<string> {
  const [only, ...others] = await plansIn('plans')
  if (only !== undefined && others.length === 0) return only
  throw new ProblemError(
    usageProblem('no plan was named', [
      only === undefined ? 'name the YAML file of a plan' : `name one of these: ${[only, ...others].join(', ')}`,
    ]),
  )
}

async function plansIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((): string[] => [])
  return names
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .slice(0, SHOWN)
    .map((name) => join(folder, name))
}
