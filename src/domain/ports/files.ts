/**
 * The files that a plan refers to, as they were when the run began: in a run they come from the journal's snapshot, in a
 * dry run from the disk. Paths are the plan's own, relative to the plan file.
 */
export interface PlanFiles {
  /** The files below a folder (recursive, sorted by path), or the one file that `path` names. Empty when there is no such path. */
  list(path: string): Promise<readonly string[]>
  read(path: string): Promise<string>
}
