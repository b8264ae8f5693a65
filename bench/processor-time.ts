import { readdirSync, readFileSync } from 'node:fs'
import type { Contender } from './contender.ts'

/** How often the command's processor time is read, and what the kernel counts it in, milliseconds. */
const EVERY_MS = 50
const TICK_MS = 10

interface Used {
  readonly own: number
  readonly children: number
}

export interface Measured {
  readonly contender: Contender
  /** What the command had used of the processor by a moment (milliseconds since the epoch), milliseconds. */
  readonly used: (at: number) => Used
}

/** The same contender, its processor time read from /proc while it works. */
export function measured(contender: Contender): Measured {
  const seen: (Used & { readonly at: number })[] = []
  return {
    contender: {
      ...contender,
      start: (setting, direction) => {
        const started = contender.start(setting, direction)
        const timer = setInterval(() => {
          const now = usedBy(direction)
          if (now !== undefined) seen.push({ ...now, at: Date.now() })
        }, EVERY_MS)
        void started.ended.then(() => clearInterval(timer))
        return started
      },
    },
    used: (at) => seen.findLast((each) => each.at <= at) ?? { own: 0, children: 0 },
  }
}

/** Of the node process that carries out `cli.js DIRECTION`, wherever it is started from. */
function usedBy(direction: string): Used | undefined {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const [program = '', ...words] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
      if (!program.endsWith('/node') || !words[0]?.endsWith('/cli.js') || words[1] !== direction) continue
      const [, , , , , , , , , , , utime, stime, cutime, cstime] = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')
      return { own: (Number(utime) + Number(stime)) * TICK_MS, children: (Number(cutime) + Number(cstime)) * TICK_MS }
    } catch {
      // It ended while we looked.
    }
  }
  return undefined
}
