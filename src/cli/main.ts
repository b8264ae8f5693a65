import type { Problem } from '../domain/problem.ts'
import { ProblemError, toProblem } from '../domain/problem.ts'
import type { Application } from './contract.ts'
import { exitCodeOfProblems } from './exit-code.ts'
import type { Invocation } from './invocation.ts'
import type { Io } from './io.ts'
import { parse } from './parse.ts'
import type { General } from './screen.ts'
import type { Session } from './session.ts'
import { contradictionsOfAll, contradictionsOfRollback, contradictionsOfRun } from './usage.ts'

/**
 * One command line, from its words to the exit code. Loads a command's code only when it is that command: help and the version
 * need none of it. Never rejects; a problem is printed.
 */
export async function main(argv: readonly string[], io: Io, application: () => Promise<Application>): Promise<number> {
  let general: General = {
    json: argv.includes('--json'),
    quiet: false,
    verbose: argv.includes('--verbose'),
    colour: !argv.includes('--no-color'),
  }
  try {
    const invocation = parse(argv, io)
    if (invocation === 'answered') return 0
    general = invocation.general
    refuseContradictions(invocation)
    return await dispatch(invocation, io, application)
  } catch (error) {
    const problems: readonly Problem[] = error instanceof ProblemError ? error.problems : [toProblem(error)]
    const { createScreen } = await import('./screen.ts')
    createScreen(io, general).problems(problems)
    return exitCodeOfProblems(problems)
  }
}

function refuseContradictions(invocation: Invocation): void {
  const found = [
    ...contradictionsOfAll(invocation.general),
    ...(invocation.command === 'run' ? contradictionsOfRun(invocation.flags) : []),
    ...(invocation.command === 'rollback' ? contradictionsOfRollback(invocation.flags) : []),
  ]
  const [first, ...more] = found
  if (first) throw new ProblemError(first, ...more)
}

async function dispatch(invocation: Invocation, io: Io, application: () => Promise<Application>): Promise<number> {
  const [{ createScreen }, { redacting }] = await Promise.all([import('./screen.ts'), import('./redact.ts')])
  const { general } = invocation
  const session: Session = { io, general, screen: createScreen(io, general), application: redacting(await application()) }
  switch (invocation.command) {
    case 'run':
      return invocation.flags.dryRun === true
        ? (await import('./commands/dry-run.ts')).dryRun(session, invocation.plan, invocation.flags)
        : (await import('./commands/run.ts')).run(session, invocation.plan, invocation.flags)
    case 'rollback':
      return (await import('./commands/rollback.ts')).rollback(session, invocation.plan, invocation.flags)
    case 'status':
      return (await import('./commands/status.ts')).status(session, invocation.plan, invocation.flags)
    case 'validate':
      return (await import('./commands/validate.ts')).validate(session, invocation.plans, invocation.format)
    case 'schema':
      return (await import('./commands/schema.ts')).schema(session)
    case 'lab':
      return (await import('./commands/lab.ts')).lab(session, invocation.plan, invocation.flags)
  }
}
