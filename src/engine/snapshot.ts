import { createHash } from 'node:crypto'
import { canonicalJson } from '../domain/json.ts'
import type { Plan } from '../domain/plan.ts'
import { dockerfilesOf } from '../domain/plan.ts'
import type { PlanFiles } from '../domain/ports/files.ts'
import { ProblemError } from '../domain/problem.ts'
import type { StepKinds } from '../domain/step-kind.ts'

/** The plan and every file it refers to, as they were when the run began: `status` and `rollback` use this, never the disk. */
export interface PlanSnapshot {
  readonly schema: 1
  readonly planPath: string
  readonly planText: string
  /** Listing key (the path as the plan says it) → files below it. */
  readonly listings: Readonly<Record<string, readonly string[]>>
  readonly files: Readonly<Record<string, string>>
}

export async function takeSnapshot(plan: Plan, kinds: StepKinds, files: PlanFiles): Promise<PlanSnapshot> {
  const referenced = plan.steps.flatMap((step) => kinds.get(step.kind)?.files?.(step.spec) ?? [])
  const ca = plan.site?.ca
  const roots = [
    ...new Set([...referenced, ...(plan.policies?.files ?? []), ...dockerfilesOf(plan), ...(ca === undefined ? [] : [ca])]),
  ].sort()
  const listings: Record<string, readonly string[]> = {}
  const contents: Record<string, string> = {}
  for (const root of roots) {
    const listed = await files.list(root)
    listings[root] = listed
    for (const path of listed) contents[path] ??= await files.read(path)
  }
  return { schema: 1, planPath: plan.path, planText: plan.text, listings, files: contents }
}

export const encodeSnapshot = (snapshot: PlanSnapshot): Uint8Array => Buffer.from(JSON.stringify(snapshot))

export const decodeSnapshot = (bytes: Uint8Array): PlanSnapshot => JSON.parse(Buffer.from(bytes).toString('utf8')) as PlanSnapshot

/** SHA-256 (hex) over what has meaning: the plan's text and the files; not where the plan lies. */
export function snapshotDigest(snapshot: PlanSnapshot): string {
  const { planText, listings, files } = snapshot
  return createHash('sha256').update(canonicalJson({ planText, listings, files })).digest('hex')
}

/** SHA-256 (hex) of the plan's text (under `plan`) and of each file, by path. */
export function fileDigests(snapshot: PlanSnapshot): Readonly<Record<string, string>> {
  const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
  return Object.fromEntries([
    ['plan', digest(snapshot.planText)],
    ...Object.entries(snapshot.files).map(([path, text]) => [path, digest(text)] as const),
  ])
}

/** Which of the two differs where, in words. */
export function snapshotDifference(before: PlanSnapshot, after: PlanSnapshot): readonly string[] {
  const paths = [...new Set([...Object.keys(before.files), ...Object.keys(after.files)])].sort()
  const files = paths
    .filter((path) => before.files[path] !== after.files[path])
    .map((path) =>
      before.files[path] === undefined ? `${path} is new` : after.files[path] === undefined ? `${path} is gone` : `${path} was edited`,
    )
  return [...(before.planText === after.planText ? [] : ['the plan was edited']), ...files]
}

/** The files of a snapshot. What is not in it was not part of the plan when the run began. */
export function snapshotFiles(snapshot: PlanSnapshot): PlanFiles {
  return {
    list: async (path) => snapshot.listings[path] ?? (snapshot.files[path] === undefined ? [] : [path]),
    read: async (path) => {
      const text = snapshot.files[path]
      if (text !== undefined) return text
      throw new ProblemError({
        code: 'file-missing',
        summary: `${path} is not among the files of this plan`,
        next: ['check the path: it is relative to the plan file'],
        effect: 'no',
      })
    },
  }
}
