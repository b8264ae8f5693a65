/** Where in a file a problem sits. Lines and columns count from 1. */
export interface SourceLocation {
  readonly file: string
  readonly line: number
  readonly column: number
  /** The source line itself, for drawing it with a caret below. */
  readonly text?: string
  /** How many columns the caret underlines; 1 unless told. */
  readonly length?: number
}

/** A file, and no line of it: what a template made has none that means something. */
export interface SourceFile {
  readonly file: string
  readonly line?: undefined
  readonly column?: undefined
  readonly text?: undefined
  readonly length?: undefined
}

export type SourcePlace = SourceLocation | SourceFile

/**
 * An error that a person can act on. Everything a user may get wrong, and every way an outside system can refuse, is
 * one of these; any other exception is a bug of ours and is reported as such.
 */
export interface Problem {
  /** Stable, kebab-case, for scripts and documentation: `edge-file-changed`, `unknown-field`. */
  readonly code: string
  /** One sentence: what is wrong, with the wrong value in it. */
  readonly summary: string
  /** What was being attempted, in the user's words: "read /mnt/…/dynamic_conf.yml on hestia". */
  readonly attempted?: string
  /** More lines of evidence: server messages, pod events, the conflicting manager. */
  readonly details?: readonly string[]
  /** What to do next: a command to type or a field to change. */
  readonly next: readonly string[]
  readonly location?: SourcePlace
  /** Message of the underlying error, already free of secrets. */
  readonly cause?: string
  /**
   * Whether the effect that was attempted may have happened. `no`: nothing was changed, for certain. `unknown`: ask
   * `settle`. An I/O error is never `no` unless the request provably did not leave.
   */
  readonly effect?: 'no' | 'unknown'
  /** Exit code, where it differs from the command's default for failures (65 for a plan, 6 for a lock, 64 for usage). */
  readonly exitCode?: number
}

/** Carries one or more problems: a plan shows all that is wrong with it at once. */
export class ProblemError extends Error {
  readonly problems: readonly [Problem, ...Problem[]]

  constructor(problem: Problem, ...more: readonly Problem[]) {
    super([problem, ...more].map((each) => `${each.code}: ${each.summary}`).join('\n'))
    this.name = 'ProblemError'
    this.problems = [problem, ...more]
  }

  get problem(): Problem {
    return this.problems[0]
  }
}

/** Any thrown value as a problem; what is not one of ours becomes `internal-error`, honestly named a bug. */
export function toProblem(thrown: unknown): Problem {
  if (thrown instanceof ProblemError) return thrown.problem
  const message = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
  return {
    code: 'internal-error',
    summary: `unexpected error: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    details: message.split('\n').slice(1, 6),
    next: ['this is a bug in jmc-migrate: please report it with the output of --verbose'],
    effect: 'unknown',
  }
}
