import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { runFolder } from '../e2e/workplace.ts'
import type { Moment } from './round.ts'

const NEWLINE = 0x0a

/** Once the journal holds `count` whole records. */
export const atRecord =
  (count: number): Moment =>
  async (place, run) => {
    let over = false
    void run.ended.then(() => (over = true))
    while (!over) {
      const folder = await runFolder(place)
      const file = folder === undefined ? undefined : join(folder, 'journal.jsonl')
      if (file !== undefined && existsSync(file) && lines(file) >= count) return
      await pause(1)
    }
  }

/**
 * Any time over the length of a run, each as likely as another. `lengths`: milliseconds that runs took of late, the last one last; a run
 * that ends before its time is added, as how long a run takes depends on what else the machine does.
 */
export const atRandom =
  (lengths: number[]): Moment =>
  async (_place, run) => {
    const began = performance.now()
    const over = new AbortController()
    void run.ended.then(() => over.abort())
    const recent = lengths.slice(-4)
    const typical = recent.reduce((sum, each) => sum + each, 0) / recent.length
    await pause(Math.random() * typical, undefined, { signal: over.signal }).catch(() => lengths.push(performance.now() - began))
  }

const lines = (file: string): number => readFileSync(file).reduce((count, byte) => (byte === NEWLINE ? count + 1 : count), 0)
