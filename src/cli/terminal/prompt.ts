import Enquirer from 'enquirer'
import type { Io } from '../io.ts'

/** A question that is answered by typing one exact text; Enter alone, Ctrl-C and anything that ends the input mean no. */
export interface TypedQuestion {
  readonly message: string
  readonly expected: string
  /** Withdraws the question: the answer is no. */
  readonly signal: AbortSignal
}

export type TypedAnswer = 'yes' | 'no' | 'interrupted'

/** A slip of the finger may be corrected this often. */
const TRIES = 3

/** Asks on the terminal. Only for where stdin and stdout are terminals: enquirer waits for ever on a stdin that has ended. */
export async function askTyped(io: Pick<Io, 'stdin' | 'stdout'>, question: TypedQuestion): Promise<TypedAnswer> {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const typed = await ask(io, attempt === 1 ? question.message : `that was not ${question.expected}; once more`, question.signal)
    if (typed === undefined) return 'interrupted'
    if (typed === question.expected) return 'yes'
    if (['', 'n', 'no'].includes(typed)) return 'no'
  }
  return 'no'
}

/** One line typed; undefined where the question was cancelled or withdrawn, or the input ended. */
async function ask(io: Pick<Io, 'stdin' | 'stdout'>, message: string, signal: AbortSignal): Promise<string | undefined> {
  const { stdin, stdout } = io
  if (signal.aborted || !isReadTerminal(stdin) || !isWriteTerminal(stdout)) return undefined
  const enquirer = new Enquirer<{ answer: string }>()
  const over = new AbortController()
  enquirer.on('prompt', (prompt: EnquirerPrompt) => {
    prompt.once('start', () => stopOnceClosed(prompt))
    const cancel = (): void => void prompt.cancel()
    signal.addEventListener('abort', cancel, { signal: over.signal, once: true })
    stdin.once('end', cancel)
    over.signal.addEventListener('abort', () => stdin.off('end', cancel), { once: true })
  })
  try {
    const { answer } = await enquirer.prompt({ ...PLAIN, type: 'input', name: 'answer', message, stdin, stdout })
    return answer.trim()
  } catch {
    // enquirer rejects with an empty text on Ctrl-C.
    return undefined
  } finally {
    over.abort()
  }
}

/** As far as we touch it; `stop` gives the terminal back, when the prompt closes. */
interface EnquirerPrompt {
  readonly stop: () => void
  cancel(): Promise<void>
  once(event: 'start' | 'close', listener: () => void): void
  off(event: 'close', listener: () => void): void
}

/**
 * On Ctrl-C and at the end of the input Node closes its readline first; enquirer's `stop` then pauses it, its last act, which since Node 24.2
 * throws, and nobody would ever get an answer.
 */
function stopOnceClosed(prompt: EnquirerPrompt): void {
  const { stop } = prompt
  prompt.off('close', stop)
  prompt.once('close', () => {
    try {
      stop()
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ERR_USE_AFTER_CLOSE')) throw error
    }
  })
}

/** enquirer ignores NO_COLOR: a question has no colours. */
const PLAIN = { styles: { enabled: false } }

const isReadTerminal = (stream: Io['stdin']): stream is NodeJS.ReadStream => stream.isTTY === true
const isWriteTerminal = (stream: Io['stdout']): stream is NodeJS.WriteStream => stream.isTTY === true
