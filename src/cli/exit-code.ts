import type { RunResult } from '../domain/event.ts'
import type { Problem } from '../domain/problem.ts'

/** What a script may rely on. */
export const EXIT = {
  done: 0,
  failed: 1,
  changes: 2,
  paused: 3,
  rolledBack: 4,
  stuck: 5,
  locked: 6,
  usage: 64,
  planInvalid: 65,
} as const

/** 128 plus the signal's number, as a shell reports it. */
const SIGNAL_EXIT = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

/** For help and documentation. */
export const EXIT_CODES: readonly (readonly [string, string])[] = [
  ['0', 'done, or a commanded rollback verified'],
  ['1', 'failed, or declined'],
  ['2', 'the dry run found changes (--detailed-exitcode)'],
  ['3', 'paused: a person decides'],
  ['4', 'rolled back automatically, or a rollback under way was finished by `run`; verified'],
  ['5', 'stuck: needs a person'],
  ['6', 'locked by another run'],
  ['64', 'wrong usage, or a confirmation is missing and there is no terminal'],
  ['65', 'the plan is invalid, or what it deploys'],
  ['130', 'interrupted by Ctrl-C (SIGTERM: 143, SIGHUP: 129)'],
]

export function exitCodeOfSignal(signal: keyof typeof SIGNAL_EXIT): number {
  return SIGNAL_EXIT[signal]
}

/** What is wrong with files of the plan, whoever finds it and whenever: `validate`, a dry run and a run answer the same. */
const WRONG_FILES = new Set([
  'chart-dependencies-missing',
  'chart-has-hooks',
  'chart-not-rendered',
  'chart-packed',
  'chart-too-big',
  'chart-values-refused',
  'duplicate-object',
  'kustomization-not-rendered',
  'kustomization-remote',
  'link-loop',
  'manifest-not-an-object',
  'manifest-not-yaml',
  'no-manifests',
  'not-utf-8',
  'order-names-nothing',
  'order-names-twice',
])

const ownExitCode = ({ code, exitCode }: Problem): number | undefined => exitCode ?? (WRONG_FILES.has(code) ? EXIT.planInvalid : undefined)

/** The first problem that asks for a code of its own decides. */
export function exitCodeOfProblems(problems: readonly Problem[]): number {
  return problems.map(ownExitCode).find((code) => code !== undefined) ?? EXIT.failed
}

/** `run` that found a rollback under way and finished it has not done what was asked: like one that rolled back by itself. */
export function exitCodeOfResult(result: RunResult, asked: 'run' | 'rollback'): number {
  switch (result.outcome) {
    case 'done':
      return EXIT.done
    case 'rolled-back':
      return result.cause === 'automatic' || asked === 'run' ? EXIT.rolledBack : EXIT.done
    case 'failed':
      return exitCodeOfProblems(result.problems)
    case 'declined':
      return EXIT.failed
    case 'paused':
      return EXIT.paused
    case 'stuck':
      return EXIT.stuck
    case 'interrupted':
      return exitCodeOfSignal(result.signal)
  }
}
