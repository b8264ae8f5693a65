import { readFileSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { diskFiles } from '../../adapters/system/plan-files.ts'
import type { Plan } from '../../domain/plan.ts'
import type { PlanFiles } from '../../domain/ports/files.ts'
import type { Problem } from '../../domain/problem.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { PlanSnapshot } from '../../engine/snapshot.ts'
import { snapshotFiles, takeSnapshot } from '../../engine/snapshot.ts'
import { gateKinds } from '../../gates/registry.ts'
import { readPlan } from '../../plan/read-plan.ts'
import { stepKinds } from '../../steps/registry.ts'
import { planFolder } from './plan-location.ts'

export const REGISTRIES = { kinds: stepKinds, gates: gateKinds }

/** A plan with the files it refers to, as they were when it was read. */
export interface LoadedPlan {
  readonly plan: Plan
  readonly warnings: readonly Problem[]
  readonly snapshot: PlanSnapshot
  readonly files: PlanFiles
}

/** The plan as it lies on disk now. Rejects with all that is wrong with it (exit code 65). */
export async function planOnDisk(path: string): Promise<LoadedPlan> {
  const { plan, warnings, files } = await checkedPlan(path)
  const snapshot = await takeSnapshot(plan, stepKinds, files)
  return { plan, warnings, snapshot, files: snapshotFiles(snapshot) }
}

/** The plan as it lies on disk, checked; what it refers to is read as far as the checks ask for it. */
export async function checkedPlan(path: string): Promise<Pick<LoadedPlan, 'plan' | 'warnings' | 'files'>> {
  const files = remembered(diskFiles(planFolder(path)))
  const { plan, warnings } = await readPlan({ path, text: await planText(path) }, REGISTRIES, files)
  return { plan, warnings, files }
}

/** Each folder listed and each file read once: rules and snapshot see the same, and the disk is asked once. */
function remembered(files: PlanFiles): PlanFiles {
  const lists = new Map<string, Promise<readonly string[]>>()
  const texts = new Map<string, Promise<string>>()
  const once = <Value>(known: Map<string, Promise<Value>>, path: string, ask: () => Promise<Value>): Promise<Value> => {
    const asked = known.get(path) ?? ask()
    known.set(path, asked)
    return asked
  }
  return { list: (path) => once(lists, path, () => files.list(path)), read: (path) => once(texts, path, () => files.read(path)) }
}

/** The plan as a run keeps it. It was valid when the run began: a rule that came with a newer version must not bar the way back. */
export async function planOfSnapshot(snapshot: PlanSnapshot): Promise<LoadedPlan> {
  const files = snapshotFiles(snapshot)
  const { plan, warnings } = await readPlan({ path: snapshot.planPath, text: snapshot.planText }, REGISTRIES, files, 'warn')
  return { plan, warnings, snapshot, files }
}

async function planText(path: string): Promise<string> {
  try {
    // Only what may take its time (a pipe that somebody still writes) is waited for.
    return statSync(path).isFile() ? readFileSync(path, 'utf8') : await readFile(path, 'utf8')
  } catch (error) {
    throw new ProblemError(unreadable(path, error))
  }
}

function unreadable(path: string, error: unknown): Problem {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const absent = code === 'ENOENT'
  const what = absent
    ? 'there is no such file'
    : code === 'EISDIR'
      ? 'it is a folder'
      : code === 'EACCES'
        ? 'it may not be read'
        : String(error)
  return {
    code: absent ? 'plan-missing' : 'plan-unreadable',
    summary: `cannot read the plan ${path}: ${what}`,
    attempted: `read ${path}`,
    next: [absent ? 'check the path; plans usually lie in plans/' : 'name a plan file that you may read'],
    effect: 'no',
    exitCode: 65,
  }
}
