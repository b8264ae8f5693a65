import { ProblemError } from '../../domain/problem.ts'
import type { RunState } from '../../domain/run-state.ts'
import { snapshotDifference, snapshotDigest } from '../../engine/snapshot.ts'
import type { StatusView } from '../contract.ts'
import type { LoadedPlan } from './plan-source.ts'
import { planOnDisk } from './plan-source.ts'
import { isFinished, nothingDone } from './run-source.ts'

/** How the plan on disk differs from the one that the run began with, and what the next `run` makes of that; undefined where it does not. */
export async function editedSince(path: string, loaded: LoadedPlan, state: RunState): Promise<StatusView['edited']> {
  const { plan, snapshot } = loaded
  const next = nothingDone(plan, state) ? 'begins-anew' : isFinished(plan, state) ? 'refuses' : 'amends'
  try {
    const onDisk = await planOnDisk(path)
    if (snapshotDigest(onDisk.snapshot) === snapshotDigest(snapshot)) return undefined
    return { difference: snapshotDifference(snapshot, onDisk.snapshot), next }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    return { difference: [`it is not valid as it is now: ${error.problem.summary}`], next: 'refuses' }
  }
}
