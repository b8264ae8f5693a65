import type { Ended, Started } from '../command.ts'
import type { World } from './world.ts'

/** Longest life of a command, milliseconds: a run at the servers' defaults, on a busy machine. */
const LONGEST_MS = 400_000
/** How long one that was told to end may take before it is killed, milliseconds: visitors wait for what they have asked. */
const LAST_WORDS_MS = 60_000

/** Starts node in a world, in a folder: without a terminal, and with the world's environment alone. */
export function startCommand(world: World, words: readonly string[], cwd: string): Started {
  const child = world.enter(process.execPath, words, { cwd, stdin: 'ignore', timeout: LONGEST_MS, forceKillAfterDelay: LAST_WORDS_MS })
  const { pid } = child
  if (pid === undefined) throw new Error(`${process.execPath} could not be started`)
  const ended: Promise<Ended> = child.then(({ exitCode, stdout, stderr }) => ({
    code: exitCode,
    stdout: String(stdout),
    stderr: String(stderr),
  }))
  const said: string[] = []
  const listeners = new Set<() => void>()
  child.stdout?.on('data', (text: Buffer) => {
    said.push(text.toString())
    for (const listener of listeners) listener()
  })
  const says = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!said.join('').includes(text)) return
        listeners.delete(look)
        resolve()
      }
      listeners.add(look)
      look()
      void ended.then((end) => reject(new Error(`ended (${end.code}) without saying ${text}:\n${end.stdout}\n${end.stderr}`)))
    })
  return { pid, ended, says, signal: (name) => void child.kill(name) }
}
