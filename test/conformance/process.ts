import type { Event, RunResult } from '../../src/domain/event.ts'
import { fold } from '../../src/domain/fold.ts'
import type { GatePolicy } from '../../src/domain/gate-policy.ts'
import type { Plan } from '../../src/domain/plan.ts'
import type { JournalPort } from '../../src/domain/ports/journal.ts'
import type { Ports } from '../../src/domain/ports/index.ts'
import { onTheWay } from '../../src/cli/wire/on-the-way.ts'
import { targetChecks } from '../../src/cli/wire/target-checks.ts'
import { withPlaceholders } from '../../src/domain/template.ts'
import type { RestoreFile } from '../../src/domain/step-kind.ts'
import type { EngineDependencies } from '../../src/engine/contract.ts'
import type { Goal } from '../../src/engine/next.ts'
import { execute } from '../../src/engine/run.ts'
import { gateKinds } from '../../src/gates/registry.ts'
import { stepKinds } from '../../src/steps/registry.ts'
import type { JournalDisk } from '../fakes/journal.ts'
import { Killed, memoryJournal } from '../fakes/journal.ts'
import type { Seed } from './seed.ts'
import type { World } from './world.ts'

/** Right before or right after a record became durable; or when so much had been written to the servers, before the answer was heard. */
export type KillAt = { readonly sequence: number; readonly durable: boolean } | { readonly writes: number }

export interface ProcessOptions {
  readonly seed: Seed
  readonly world: World
  readonly disk: JournalDisk
  readonly goal: Goal
  /** The seed's unless told. */
  readonly plan?: Plan
  readonly killAt?: KillAt
  readonly adjustPolicy?: (policy: GatePolicy) => GatePolicy
  /** What the person says to the preview; yes unless told. */
  readonly approve?: 'no'
}

export interface Ended {
  /** Undefined: it was killed. */
  readonly result: RunResult | undefined
  readonly events: readonly Event[]
  readonly bundle: readonly RestoreFile[]
  /** How much had been written to the servers when each of its records was about to be written. */
  readonly writesAt: readonly number[]
}

/** One process, from its first record to its result or its death. A dead one reaches nobody any more. */
export async function runProcess(options: ProcessOptions): Promise<Ended> {
  const { seed, world, disk, goal, plan = seed.plan, killAt } = options
  const life: Life = { dead: false, writesAt: [] }
  const atRecord = killAt !== undefined && 'sequence' in killAt ? killAt : undefined
  const journal = lookedAt(
    world,
    memoryJournal(disk, () => world.clock.now(), atRecord),
    life,
  )
  const loaded = { plan, files: seed.files, snapshot: seed.snapshot, warnings: [] }
  const way = onTheWay({ loaded, state: fold(disk.entries) }, goal)
  const events: Event[] = []
  const bundle: RestoreFile[] = []
  const ports = mortal(world, life, killAt && 'writes' in killAt ? killAt.writes : Number.POSITIVE_INFINITY)
  const never = new AbortController().signal
  const dependencies: EngineDependencies = {
    kinds: stepKinds,
    gates: gateKinds,
    ports,
    resolve: async (template) => withPlaceholders(template),
    checks: targetChecks(plan, stepKinds, seed.files, way),
    targets: way.needed.targets,
    emit: (event) => events.push(event),
    questions: { approve: async () => options.approve ?? 'yes', confirmIrreversible: async () => ({ answer: 'yes', how: 'typed' }) },
    interrupt: { requested: never, now: never, signalName: () => 'SIGINT' },
    bundle: {
      write: async (files) => {
        bundle.splice(0, bundle.length, ...files)
        return { path: 'restore-bundle', sha256: '00' }
      },
    },
    process: { pid: 1, host: 'here', user: 'me', toolVersion: '0', lab: true, arguments: 'plan.yaml' },
    ...(options.adjustPolicy && { adjustPolicy: options.adjustPolicy }),
  }
  try {
    const result = await execute({ plan, files: seed.files, snapshot: seed.snapshot, journal, goal, journalPath: 'journal' }, dependencies)
    return { result, events, bundle, writesAt: life.writesAt }
  } catch (thrown) {
    if (!(thrown instanceof Killed)) throw thrown
    return { result: undefined, events, bundle, writesAt: life.writesAt }
  }
}

interface Life {
  dead: boolean
  readonly writesAt: number[]
}

/** A visitor looks after every record; and a process that could not write its record is dead. */
function lookedAt(world: World, journal: JournalPort, life: Life): JournalPort {
  return {
    get entries() {
      return journal.entries
    },
    append: async (record) => {
      if (life.dead) throw new Killed('killed')
      life.writesAt.push(world.writes)
      try {
        return await journal.append(record)
      } catch (thrown) {
        life.dead = true
        throw thrown
      } finally {
        await world.look(`after record ${journal.entries.length} (${record.type})`)
      }
    },
    putBlob: (bytes) => journal.putBlob(bytes),
    getBlob: (reference) => journal.getBlob(reference),
    close: () => journal.close(),
  }
}

/** Ports whose every call dies with the process, and that end it at a write. */
function mortal(world: World, life: Life, killAtWrites: number): Ports {
  const wrap = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get: (target, property) => {
        const member: unknown = Reflect.get(target, property)
        if (typeof member === 'object' && member !== null) return wrap(member)
        if (typeof member !== 'function') return member
        return (...values: readonly unknown[]): unknown => {
          if (life.dead) throw new Killed('killed')
          const result: unknown = Reflect.apply(member, target, values)
          return result instanceof Promise ? survived(result) : result
        }
      },
    })
  const survived = async (result: Promise<unknown>): Promise<unknown> => {
    await result.catch(() => undefined)
    if (world.writes >= killAtWrites) life.dead = true
    if (life.dead) throw new Killed('killed')
    return result
  }
  const { clock, kubernetes, nomad, edge, visitor, hosts, rendering, randomHex } = world.ports
  return {
    clock: wrap(clock),
    kubernetes: wrap(kubernetes),
    nomad: wrap(nomad),
    edge: wrap(edge),
    visitor: wrap(visitor),
    ...(hosts && { hosts: wrap(hosts) }),
    ...(rendering && { rendering: wrap(rendering) }),
    randomHex,
  }
}
