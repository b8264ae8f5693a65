import { CommanderError } from 'commander'
import type { Problem } from '../domain/problem.ts'
import { ProblemError } from '../domain/problem.ts'
import type { Invocation } from './invocation.ts'
import type { Io } from './io.ts'
import { isLive } from './io.ts'
import { createProgram } from './program.ts'
import { usageProblem } from './usage.ts'

/** Understands the command line. `answered`: help or the version was asked for and printed. Rejects with usage problems. */
export function parse(argv: readonly string[], io: Pick<Io, 'stdout' | 'stderr' | 'env'>): Invocation | 'answered' {
  let invocation: Invocation | undefined
  const program = createProgram((understood) => (invocation = understood))
  const width = isLive(io.stdout, io.env) ? (io.stdout.columns ?? 80) : 100
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      outputError: () => {},
      getOutHelpWidth: () => width,
      getErrHelpWidth: () => width,
    })
  }
  try {
    program.parse(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return 'answered'
    throw new ProblemError(problemOf(error, argv))
  }
  if (invocation === undefined) throw new ProblemError(usageProblem('no command was given', ['see the commands: `jmc-migrate --help`']))
  return invocation
}

/** commander's `error: unknown option '--dry-rn'\n(Did you mean --dry-run?)` in our shape. */
function problemOf(error: CommanderError, argv: readonly string[]): Problem {
  if (error.code === 'commander.help') return usageProblem('no command was given', ['choose one of the commands above'])
  const [summary = error.message, ...hints] = error.message.replace(/^error: /, '').split('\n')
  const command = argv.find((word) => ['run', 'rollback', 'status', 'validate', 'schema', 'lab'].includes(word))
  const help = `see \`jmc-migrate ${command === undefined ? '--help' : `help ${command}`}\``
  return usageProblem(summary, [...hints.map((hint) => hint.replace(/^\((.*)\)$/, '$1').replace(/^Did/, 'did')), help])
}
