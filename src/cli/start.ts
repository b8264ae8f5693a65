import process from 'node:process'
import { toProblem } from '../domain/problem.ts'
import type { Application } from './contract.ts'
import { processIo } from './io.ts'
import { redacted } from './redact.ts'
import { main } from './main.ts'
import { jsonLine } from './render/json-line.ts'

/** Resolves when all that was written before is with the system, or cannot get there any more. */
const flushed = (stream: NodeJS.WriteStream): Promise<void> => new Promise((resolve) => void stream.write('', () => resolve()))

/** The command line of this process: runs it and ends the process with its exit code. */
export async function start(): Promise<never> {
  // A reader that went away (`| head`, a closed terminal) must not end a run in the middle of an effect: it goes on, in silence. So does a disk
  // that is full; but then the end is not a success.
  let lost: NodeJS.ErrnoException | undefined
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') lost ??= error
  })
  process.stderr.on('error', () => {})

  let redact = (text: string): string => text
  const application = async (): Promise<Application> => {
    const { createApplication } = await import('./wire.ts')
    const created = createApplication()
    redact = (text) => created.redact(text)
    return created
  }

  // A bug of ours, outside of every promise: said like any problem, and without secrets. The journal copes.
  process.on('uncaughtException', (error) => {
    const problem = toProblem(error)
    // What reads events reads this one, too: stdout holds nothing but such lines then.
    if (process.argv.includes('--json'))
      process.stdout.write(`${jsonLine('problems', Date.now(), { problems: [redacted(problem, redact)] })}\n`)
    else
      process.stderr.write(
        redact(`error[${problem.code}] ${[problem.summary, ...(problem.details ?? []), ...problem.next].join('\n  ')}\n`),
      )
    process.exit(1)
  })

  const code = await main(process.argv.slice(2), processIo(process), application)
  await Promise.all([flushed(process.stdout), flushed(process.stderr)])
  if (lost) process.stderr.write(`error[output-not-written] stdout could not be written: ${lost.message}\n`)
  // Connections kept alive and a lab's servers would hold the process.
  process.exit(lost && code === 0 ? 1 : code)
}
