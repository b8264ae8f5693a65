import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Bundle } from '../test/e2e/command.ts'
import { bundle } from '../test/e2e/command.ts'
import type { Clean } from '../test/e2e/migration/clean.ts'
import { cleanUp, lookAtClean, nomad, until } from '../test/e2e/migration/clean.ts'
import type { Recorded } from '../test/e2e/visitors/sample.ts'
import { startVisitors } from '../test/e2e/visitors/visitors.ts'
import type { AuditEvent } from '../test/e2e/world/audit.ts'
import { prepareMigration } from '../test/e2e/world/migration.ts'
import type { WorldSettings } from '../test/e2e/world/settings.ts'
import type { World } from '../test/e2e/world/world.ts'
import { startWorld } from '../test/e2e/world/world.ts'
import type { Contender, Setting } from './contender.ts'
import type { Fact } from './witness/facts.ts'
import type { Witness } from './witness/witness.ts'
import { startWitness } from './witness/witness.ts'

/** How long visitors look before anything begins and after all is over. */
const AROUND_MS = 4_000
/** Longest that visitors stay, seconds. */
const STAY = 390

export interface Scene extends Setting {
  readonly clean: Clean
  readonly witness: Witness
}

/** What is known of a scene from outside whoever played in it. */
export interface Played<Result> {
  readonly result: Result
  readonly recorded: readonly Recorded[]
  readonly facts: readonly Fact[]
  /** What the API server recorded of the contender. */
  readonly audit: readonly AuditEvent[]
  readonly began: number
}

export interface Stage {
  readonly world: World
  /** Makes the world what it was, and lets one contender act in it before visitors and the witness. */
  play<Result>(contender: Contender, act: (scene: Scene) => Promise<Result>): Promise<Played<Result>>
  close(): Promise<void>
}

export interface Soak {
  /** Milliseconds. */
  readonly hold: number
  readonly holdInterval: number
}

/** `perSecond`: requests of visitors; 200 unless told. */
export async function openStage(settings: WorldSettings, soak: Soak, perSecond = 200): Promise<Stage> {
  const built: Bundle = await bundle()
  const world = await startWorld(settings)
  const clean = await lookAtClean(world)
  return {
    world,
    play: async (contender, act) => {
      await cleanUp(world, clean)
      const migration = await prepareMigration(world, built.entry, { hold: `${soak.hold}ms` })
      await until('the job is healthy', () => isHealthy(world))
      const setting = { world, migration, ...soak }
      await contender.prepare(setting)
      const witness = await startWitness(world)
      const load = { perSecond, seconds: STAY, requests: perSecond * STAY }
      const visitors = await startVisitors(world, join(world.folder, 'visitors.jsonl'), load)
      const began = Date.now()
      try {
        await pause(AROUND_MS)
        const result = await act({ ...setting, clean, witness })
        await pause(AROUND_MS)
        const [recorded, facts] = await Promise.all([visitors.leave(), witness.leave()])
        const audit = (await world.kubernetes.audit.events()).filter((event) => Date.parse(event.requestReceivedTimestamp) >= began)
        return { result, recorded, facts, audit, began }
      } catch (error) {
        await Promise.allSettled([visitors.leave(), witness.leave()])
        throw error
      }
    },
    close: async () => {
      await world.stop()
      await built.remove()
    },
  }
}

/** As both contenders want it before they begin: Nomad takes ten seconds to call an allocation healthy. */
async function isHealthy(world: World): Promise<boolean> {
  const { body } = await nomad(world, 'GET', '/v1/job/jayne-martin-counselling/allocations?namespace=jaynemartincounselling-prod')
  const allocations = JSON.parse(body) as readonly {
    readonly ClientStatus: string
    readonly DeploymentStatus?: { readonly Healthy?: boolean }
  }[]
  return allocations.some((each) => each.ClientStatus === 'running' && each.DeploymentStatus?.Healthy === true)
}
