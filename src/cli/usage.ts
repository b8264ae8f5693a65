import type { Problem } from '../domain/problem.ts'
import { EXIT } from './exit-code.ts'
import type { RollbackFlags, RunFlags } from './invocation.ts'
import type { General } from './screen.ts'

/** A mistake on the command line: nothing was read, asked or changed. */
export function usageProblem(summary: string, next: readonly string[]): Problem {
  return { code: 'usage', summary, next, exitCode: EXIT.usage }
}

interface Contradiction {
  readonly when: boolean
  readonly summary: string
  readonly next: string
}

/** Flags that do not go together, all at once. */
export function contradictionsOfRun(flags: RunFlags): readonly Problem[] {
  const dryRun = flags.dryRun === true
  return found([
    {
      when: flags.out !== undefined && !dryRun,
      summary: '--out saves a dry run, and this is not one',
      next: 'add --dry-run, or leave --out away',
    },
    {
      when: flags.detailedExitcode === true && !dryRun,
      summary: '--detailed-exitcode is about a dry run, and this is not one',
      next: 'add --dry-run, or leave --detailed-exitcode away',
    },
    {
      when: flags.preview !== undefined && dryRun,
      summary: '--preview carries out a saved dry run; --dry-run changes nothing',
      next: 'leave one of the two away',
    },
    {
      when: flags.amend === true && dryRun,
      summary: '--amend goes on with an edited plan; a dry run always reads the plan as it is',
      next: 'leave --amend away',
    },
    {
      when: flags.confirm !== undefined && dryRun,
      summary: '--confirm answers a question that a dry run does not ask',
      next: 'leave --confirm away',
    },
    {
      when: (flags.labFault ?? []).length > 0 && flags.lab !== true,
      summary: '--lab-fault breaks something in the lab; real servers are never broken',
      next: 'add --lab, or leave --lab-fault away',
    },
    ...empty(flags),
  ])
}

export function contradictionsOfRollback(flags: RollbackFlags): readonly Problem[] {
  return found(empty(flags))
}

export function contradictionsOfAll(general: General): readonly Problem[] {
  return found([
    { when: general.quiet && general.verbose, summary: '--quiet and --verbose contradict each other', next: 'leave one of the two away' },
  ])
}

/** `--to ""` is an unset shell variable, not a wish. */
function empty(flags: RunFlags): readonly Contradiction[] {
  const values = {
    '--to': flags.to,
    '--confirm': flags.confirm?.find((name) => name === ''),
    '--out': flags.out,
    '--preview': flags.preview,
    '--state-dir': flags.stateDir,
  }
  return Object.entries(values).map(([name, value]) => ({
    when: value === '',
    summary: `${name} is empty`,
    next: `give ${name} a value; is a shell variable unset?`,
  }))
}

const found = (contradictions: readonly Contradiction[]): readonly Problem[] =>
  contradictions.filter((each) => each.when).map((each) => usageProblem(each.summary, [each.next]))
