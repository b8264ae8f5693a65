import type { Started } from '../test/e2e/command.ts'
import type { Migration } from '../test/e2e/world/migration.ts'
import type { World } from '../test/e2e/world/world.ts'

/** What a contender is started with: a world whose job runs and is healthy, and the folder with plan and manifests. */
export interface Setting {
  readonly world: World
  readonly migration: Migration
  /** The soak. Milliseconds. */
  readonly hold: number
  readonly holdInterval: number
}

export type Direction = 'run' | 'rollback'

/** The end of a part of its work, as it told it. Milliseconds. */
export interface Moment {
  /** Since the epoch. */
  readonly at: number
  readonly what: string
  /** What the plan says must be waited for in that part: the interval between the looks in a row that a gate wants, and holds. */
  readonly waited: number
}

/** Who migrates: the tool, or what would be done without it. */
export interface Contender {
  readonly name: 'jmc-migrate' | 'script'
  /** Points it at the witness' doors. */
  prepare(setting: Setting): Promise<void>
  /** The command as a person types it. */
  command(direction: Direction): string
  start(setting: Setting, direction: Direction): Started
  /** Resolves when its soak has begun. */
  soaks(setting: Setting, started: Started): Promise<void>
  told(setting: Setting, stdout: string): readonly Moment[]
  /** The moment at which it knew that it had to go back, milliseconds since the epoch. */
  decided(stdout: string): number | undefined
  /** What a person finds who comes after it was killed, and where. */
  record(setting: Setting): Promise<string>
}
