import { setTimeout as pause } from 'node:timers/promises'
import { expect, inject } from 'vitest'
import type { Ended, Started } from '../command.ts'
import { bundle } from '../command.ts'
import type { Report } from '../visitors/report.ts'
import { report } from '../visitors/report.ts'
import type { Share } from '../visitors/portions.ts'
import { portionsIn, sharesIn } from '../visitors/portions.ts'
import { keep, resultFile } from '../visitors/results.ts'
import { samplesOf } from '../visitors/sample.ts'
import { startVisitors } from '../visitors/visitors.ts'
import type { Visitors } from '../visitors/visitors.ts'
import { movesIn } from '../visitors/windows.ts'
import { OLD_BODY } from '../world/bodies.ts'
import type { Migration, MigrationOptions } from '../world/migration.ts'
import { prepareMigration } from '../world/migration.ts'
import type { WorldSettings } from '../world/settings.ts'
import type { World } from '../world/world.ts'
import { startWorld } from '../world/world.ts'
import type { Clean } from './clean.ts'
import { cleanUp, jobs, leftovers, lookAtClean } from './clean.ts'

/** What each step of the plan in portions sends to Kubernetes. */
const SENDS = new Map([
  ['canary', '5%'],
  ['half', '50%'],
  ['with-spare', 'failover'],
  ['alone', '100%'],
])
/** The steps of the plans that move visitors. */
const MOVES = ['cut-traffic', ...SENDS.keys()]
/** How long visitors look before anything begins and after all is over. */
const AROUND_MS = 1_000

/** A world in which one scenario after the other is played, each from the same beginning. Files are played side by side: one world each. */
export interface Stage {
  /** Plays a scenario in front of visitors, from a world as it was at the beginning; what they saw goes into the table. */
  play(name: string, options: ScenarioOptions, act: (scene: Scene) => Promise<void>): Promise<Seen>
  close(): Promise<void>
}

/** What visitors saw, and which portions of them Kubernetes had, in the order of the plan; empty where they were switched at once. */
export interface Seen extends Report {
  readonly shares: readonly Share[]
}

export interface ScenarioOptions extends MigrationOptions {
  /** Fewer visits where a scenario mostly waits, or is not about how fast they are answered; 100 a second unless told. */
  readonly perSecond?: number
}

export interface Scene {
  readonly world: World
  readonly migration: Migration
  readonly visitors: Visitors
  /** What the world was before. */
  readonly clean: Clean
}

export async function openStage(settings: WorldSettings, settingsName: string): Promise<Stage> {
  const built = await bundle()
  const world = await startWorld(settings)
  const clean = await lookAtClean(world)
  const results = inject('visitorResults')
  return {
    close: async () => {
      await world.stop()
      await built.remove()
    },
    play: async (name, { perSecond = 100, ...options }, act) => {
      const scenario = { name, settings: settingsName }
      await cleanUp(world, clean)
      const { migration, endCommands } = tracked(await prepareMigration(world, built.entry, options))
      const visitors = await startVisitors(world, resultFile(results, scenario, 'samples.jsonl'), { perSecond })
      try {
        await pause(AROUND_MS)
        await act({ world, migration, visitors, clean })
        await pause(AROUND_MS)
      } finally {
        await endCommands()
        await visitors.leave()
      }
      const journal = await migration.entries()
      const recorded = await visitors.recorded()
      const seen = report(recorded, movesIn(journal, MOVES))
      const shares = sharesIn(samplesOf(recorded), portionsIn(journal, SENDS))
      await keep(results, { ...scenario, report: seen, shares }, journal)
      return { ...seen, shares }
    },
  }
}

/** What a scenario that failed has left running is ended: the next one shares its world. */
function tracked(migration: Migration): { readonly migration: Migration; readonly endCommands: () => Promise<void> } {
  const commands: Started[] = []
  const start = (...argv: readonly string[]): Started => {
    const command = migration.start(...argv)
    commands.push(command)
    return command
  }
  return {
    migration: { ...migration, start, run: (...argv) => start(...argv).ended },
    endCommands: async () => {
      for (const command of commands) command.signal('SIGKILL')
      await Promise.all(commands.map(({ ended }) => ended))
    },
  }
}

/** The command ended with `code`; what it said is shown where it did not. */
export const expectCode = (ended: Ended, code: number): void => expect(ended.code, ended.stdout + ended.stderr).toBe(code)

/** No visitor was without a right answer. */
export const expectNothingLost = (seen: Report): void =>
  expect({ failed: seen.failed, wrong: seen.wrong }, seen.examples.join('\n')).toEqual({ failed: 0, wrong: 0 })

/** The world is what it was: Nomad serves, the edge file is the same to the byte, and nothing of ours is left anywhere. */
export async function expectAsBefore({ world, migration, clean }: Scene): Promise<void> {
  expect(await leftovers(world, clean)).toEqual([])
  expect(await migration.visit()).toEqual({ status: 200, body: OLD_BODY })
  expect((await jobs(world)).map(({ ID, Status }) => `${ID} ${Status}`)).toEqual(['jayne-martin-counselling running'])
}

/** The state that `status` says the migration is in. */
export async function stateOf(migration: Migration): Promise<string | undefined> {
  const { stdout } = await migration.run('status', migration.plan, '--json')
  const { status } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as {
    readonly status: { readonly report: { readonly states: readonly { readonly name: string; readonly current: boolean }[] } }
  }
  return status.report.states.find(({ current }) => current)?.name
}

/** When the undo of a step was verified, milliseconds since the epoch. */
export async function undone(migration: Migration, step: string): Promise<number> {
  const entry = (await migration.entries()).find(({ record }) => record.type === 'step-undone' && record.step === step)
  if (entry === undefined) throw new Error(`the journal does not say that ${step} was undone`)
  return entry.at
}
