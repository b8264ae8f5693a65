import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { systemPath } from './tools/programs.ts'
import { inside } from './folder.ts'

/** The world as its first process shows it: it starts and signals servers on order, and says when one has ended. */
export interface Supervisor {
  /** The first process, as seen from outside. */
  readonly pid: number
  /** Starts `run/NAME.sh`; resolves when it runs. */
  start(name: string): Promise<void>
  /** Resolves when the signal was sent; rejects where nobody was there to get it. */
  signal(name: string, signal: string): Promise<void>
  /** The exit code of a server that has ended; undefined while it runs. */
  ended(name: string): number | undefined
  /** Whether the world has ended. */
  isOver(): boolean
  /** Ends everything, and resolves when nothing is left. */
  end(): Promise<void>
}

/** An order that was given, and whose answer is awaited. */
interface Awaited {
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

export async function supervise(folder: string): Promise<Supervisor> {
  const child = spawn('bash', [inside('supervise.sh'), folder], {
    // A group of its own: Ctrl-C is for the test, whose end is what ends the world.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: systemPath(), JMC_WORLD_LOGS: process.env['JMC_WORLD_LOGS'] ?? '' },
  })
  const complaints: string[] = []
  child.stderr.setEncoding('utf8').on('data', (text: string) => complaints.push(text))
  child.stdin.on('error', () => {}) // it has ended: `closed` tells
  const starting = new Map<string, Awaited>()
  /** Orders are followed one after the other, so the first is answered first. */
  const signalling: Awaited[] = []
  const codes = new Map<string, number>()
  let over = false
  const give = (order: string, reject: (error: Error) => void): void => {
    if (over) reject(new Error(`the world has ended: ${order} comes too late`))
    else child.stdin.write(`${order}\n`)
  }
  const closed = new Promise<void>((resolve) => child.on('close', () => resolve()))

  const up = new Promise<void>((resolve, reject) => {
    const hear = (line: string): void => {
      const [event = '', name = '', number = ''] = line.split(' ')
      if (event === 'up') resolve()
      if (event === 'started') starting.get(name)?.resolve()
      if (event === 'signalled') {
        const order = signalling.shift()
        if (number === '0') order?.resolve()
        else order?.reject(new Error(`${name} does not run: it cannot be signalled`))
      }
      if (event === 'ended') codes.set(name, Number(number))
      if (event === 'failed') complaints.push(`${line}\n`)
    }
    createInterface({ input: child.stdout }).on('line', hear)
    void closed.then(() => {
      over = true
      const error = new Error(`the world ended: ${complaints.join('').trim() || 'it was killed'}`)
      reject(error)
      for (const each of [...starting.values(), ...signalling]) each.reject(error)
    })
  })
  await up
  const pid = await firstProcess(child.pid ?? 0)
  return {
    pid,
    start: (name) => {
      codes.delete(name)
      return new Promise((resolve, reject) => {
        starting.set(name, { resolve, reject })
        give(`start ${name}`, reject)
      })
    },
    signal: (name, signal) =>
      new Promise((resolve, reject) => {
        signalling.push({ resolve, reject })
        give(`signal ${signal} ${name}`, reject)
      }),
    ended: (name) => codes.get(name),
    isOver: () => over,
    end: async () => {
      over = true
      child.stdin.end()
      await closed
    },
  }
}

/** The supervisor's shell → unshare → the first process, which is 1 in its own numbering. */
async function firstProcess(supervisor: number): Promise<number> {
  let pid = supervisor
  for (let depth = 0; depth < 4; depth++) {
    const [child] = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ')
    if (child === undefined || child === '') break
    pid = Number(child)
    const status = await readFile(`/proc/${pid}/status`, 'utf8')
    if (/^NSpid:\s+\d+\s+1$/m.test(status)) return pid
  }
  throw new Error(`no first process below ${supervisor}`)
}
