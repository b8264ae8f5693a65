import { writeFile } from 'node:fs/promises'
import type { WorldFolder } from './folder.ts'

/** Go collects its garbage a quarter as often as by default: memory for processor time, which worlds side by side are short of. */
const GOGC = '400'

/** One program of the world. */
export interface Server {
  readonly name: string
  readonly command: readonly string[]
}

/** Writes the script that starts a server: also by hand, and again after it was killed. It writes to `log/NAME.log`. */
export async function writeScript(folder: WorldFolder, { name, command }: Server): Promise<void> {
  // What bash starts in the background ignores these two, and so would all that it starts: Nomad ends tasks by SIGINT.
  const words = ['exec', 'env', '--default-signal=INT,QUIT', `GOGC=${GOGC}`, ...command].map(quoted)
  await writeFile(folder.in('run', `${name}.sh`), `#!/usr/bin/env bash\n${words.join(' \\\n  ')}\n`)
}

const quoted = (word: string): string => (/^[\w./:=@,+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)
