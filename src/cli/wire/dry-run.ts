import { ProblemError } from '../../domain/problem.ts'
import { currentState } from '../../domain/run-state.ts'
import { preflight } from '../../engine/preflight.ts'
import { previewAll } from '../../engine/preview.ts'
import { openSession } from '../../engine/session.ts'
import { fileDigests, snapshotDigest } from '../../engine/snapshot.ts'
import type { DryRun, PlanOptions, RollbackPreview, UserInterface } from '../contract.ts'
import { lastState, rollbackState, stateNamed } from './goal.ts'
import { beginRendering } from './begin-rendering.ts'
import type { KnownSecrets } from './opened.ts'
import { NOBODY, open } from './opened.ts'
import { onTheWay } from './on-the-way.ts'
import { placed } from './placed.ts'
import { sealPreviews } from './preview-seals.ts'
import { rollbackPreview } from './rollback-preview.ts'
import { knownRun, lookingOnly, sourceForRun } from './run-source.ts'
import { noRun } from './run.ts'
import { stateFolder } from './state-folder.ts'

/** Previews everything that `run` would do, against the real targets, with reads only. Takes no lock and writes no journal. */
export async function dryRun(
  options: PlanOptions & { readonly to?: string },
  ui: Pick<UserInterface, 'emit' | 'interrupt'>,
  { onSecrets, redact }: KnownSecrets,
): Promise<DryRun> {
  const folder = stateFolder(options)
  const source = await sourceForRun(folder, options.plan, false)
  const known = await knownRun(folder)
  const journal = known?.folder === source.folder ? known.journal : lookingOnly({ entries: [], getBlob: async () => new Uint8Array() })
  const to = stateNamed(source.loaded.plan, options.to, lastState(source.loaded.plan))
  const way = onTheWay(source, { do: 'run', to })
  const opened = await open({
    options,
    loaded: source.loaded,
    stateFolder: folder,
    runFolder: source.folder,
    ...ui,
    questions: NOBODY,
    onSecrets,
    way,
  })
  void beginRendering(opened, way)
  try {
    for (const problem of source.loaded.warnings) ui.emit({ type: 'warning', problem })
    const session = openSession(opened.plan, opened.files, journal, opened.dependencies)
    const { findings, problems, later } = await preflight(session, to)
    const [first, ...rest] = problems
    if (first) throw new ProblemError(first, ...rest)
    const steps = placed(opened.plan, await previewAll(session, to))
    const seals = await sealPreviews(steps, redact)
    const planDigest = snapshotDigest(source.loaded.snapshot)
    return {
      schema: 1,
      plan: opened.plan.name,
      planDigest,
      files: fileDigests(source.loaded.snapshot),
      from: currentState(session.state(), opened.plan.states[0]),
      to,
      lab: options.lab,
      findings,
      steps,
      ...(later.length > 0 && { notChecked: later }),
      ...(seals && { seals }),
    }
  } finally {
    await opened.close()
  }
}

/** What a rollback would undo, from the journal alone. */
export async function dryRollback(options: PlanOptions & { readonly to?: string }): Promise<RollbackPreview> {
  const known = await knownRun(stateFolder(options))
  if (!known) throw new ProblemError(await noRun(options))
  const { plan } = known.loaded
  const to = rollbackState(plan, known.state, options.to)
  return rollbackPreview(plan, known.state, to)
}
