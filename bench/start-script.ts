import type { Ended, Started } from '../test/e2e/command.ts'
import type { World } from '../test/e2e/world/world.ts'

/** Longest life of a script, milliseconds. */
const LONGEST_MS = 400_000

/** Starts bash in a world, without a terminal, as `startCommand` does node. */
export function startScript(world: World, words: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Started {
  const child = world.enter('bash', words, { cwd, env, stdin: 'ignore', timeout: LONGEST_MS })
  const { pid } = child
  if (pid === undefined) throw new Error('bash could not be started')
  let said = ''
  const listeners = new Set<() => void>()
  child.stdout?.on('data', (text: Buffer) => {
    said += text.toString()
    for (const listener of listeners) listener()
  })
  const ended: Promise<Ended> = child.then(({ exitCode, stdout, stderr }) => ({
    code: exitCode,
    stdout: String(stdout),
    stderr: String(stderr),
  }))
  const says = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!said.includes(text)) return
        listeners.delete(look)
        resolve()
      }
      listeners.add(look)
      look()
      void ended.then((end) => reject(new Error(`ended (${end.code}) without saying ${text}:\n${end.stdout}\n${end.stderr}`)))
    })
  return { pid, ended, says, signal: (name) => void child.kill(name) }
}
