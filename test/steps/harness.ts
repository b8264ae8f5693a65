import { ProblemError } from '../../src/domain/problem.ts'
import { describe, expect, test } from 'vitest'
import type { Json } from '../../src/domain/json.ts'
import type { Observation } from '../../src/domain/observation.ts'
import type { Ports } from '../../src/domain/ports/index.ts'
import type { ActingStepKind, StepContext, Undo } from '../../src/domain/step-kind.ts'
import { Crash, CrashAt, NEVER } from './crash.ts'

/** A world that one step acts on: fakes, the lab, or real servers. */
export interface KindWorld<Spec> {
  readonly ports: Ports
  /** The step's context over these ports (the world's own, or the same with a fault in them). */
  context(ports: Ports): StepContext<Spec>
  /** What must be equal at the end: the kind's own normal form of the world. */
  snapshot(): Promise<Json>
  close?(): Promise<void>
}

export interface KindCase<Spec, UndoRecord extends Json, NoteValue extends Json> {
  readonly name: string
  readonly kind: ActingStepKind<Spec, UndoRecord, NoteValue>
  /** A fresh world, ready for the step. */
  world(): Promise<KindWorld<Spec>>
}

/** What every acting kind promises (design: "The step kind"), as tests; the same for fakes, the lab and real servers. */
export function conforms<Spec, UndoRecord extends Json, NoteValue extends Json>(subject: KindCase<Spec, UndoRecord, NoteValue>): void {
  describe(subject.name, () => {
    test('a preview changes nothing', () =>
      inWorld(subject, async (run) => {
        const start = await run.world.snapshot()
        await run.preview()
        expect(await run.world.snapshot()).toEqual(start)
        expect(run.effects).toBe(0)
      }))

    test('apply → verify → apply again changes nothing → a second preview finds nothing to do, or refuses', () =>
      inWorld(subject, async (run) => {
        await run.preview()
        await run.apply()
        await run.verify()
        const done = await run.world.snapshot()
        await run.apply()
        expect(await run.world.snapshot()).toEqual(done)
        expect(await run.settled()).toBe('done')
        // A kind may say that it has been done already; what it must not do is offer to do it again.
        const again = await subject.kind.preview(run.context(), []).catch((error: unknown) => error)
        if (!(again instanceof ProblemError)) expect(again).toMatchObject({ changes: [] })
      }))

    if ('irreversible' in subject.kind.undo) irreversible(subject)
    else reversible(subject, subject.kind.undo)
  })
}

function irreversible<Spec, UndoRecord extends Json, NoteValue extends Json>(subject: KindCase<Spec, UndoRecord, NoteValue>): void {
  test('has no undo, says why, and asks for a confirmation', () =>
    inWorld(subject, async (run) => {
      expect(subject.kind.undo).toEqual({ irreversible: expect.stringMatching(/\w+/) })
      expect(subject.kind.confirmation?.(run.context().spec)).toMatch(/\w+/)
    }))

  test('killed at every point of apply, it can be continued', () =>
    atEveryPoint(subject, async (run, point) => {
      await run.preview()
      await run.crashing(point, () => run.apply())
      await run.apply()
      await run.verify()
      expect(await run.settled()).toBe('done')
    }))
}

function reversible<Spec, UndoRecord extends Json, NoteValue extends Json>(
  subject: KindCase<Spec, UndoRecord, NoteValue>,
  undo: Undo<Spec, UndoRecord, NoteValue>,
): void {
  const undone = async (run: Run<Spec, UndoRecord, NoteValue>, start: Json): Promise<void> => {
    await run.verifyUndo(undo)
    expect(await run.world.snapshot()).toEqual(start)
    expect((await undo.settle(run.context(), run.record(), run.notes)).status).toBe('done')
  }

  test('undo gives the world back, twice changes nothing, and apply works again', () =>
    inWorld(subject, async (run) => {
      const start = await run.world.snapshot()
      await run.preview()
      await run.apply()
      await run.verify()
      expect(await run.settled()).toBe('done')
      await run.undo(undo)
      await undone(run, start)
      await run.undo(undo)
      await undone(run, start)
      await run.preview()
      await run.apply()
      await run.verify()
    }))

  test('undo before anything was done does nothing', () =>
    inWorld(subject, async (run) => {
      const start = await run.world.snapshot()
      await run.preview()
      expect(await run.settled()).toBe('none')
      await run.undo(undo)
      await undone(run, start)
      expect(run.effects).toBe(0)
    }))

  test('killed at every point of apply, it can be undone', () =>
    atEveryPoint(subject, async (run, point) => {
      const start = await run.world.snapshot()
      await run.preview()
      await run.crashing(point, () => run.apply())
      expect(['none', 'partial', 'done']).toContain(await run.settled())
      await run.undo(undo)
      await undone(run, start)
    }))

  test('killed at every point of apply, it can be continued', () =>
    atEveryPoint(subject, async (run, point) => {
      const start = await run.world.snapshot()
      await run.preview()
      await run.crashing(point, () => run.apply())
      await run.apply()
      await run.verify()
      await run.undo(undo)
      await undone(run, start)
    }))

  test('killed at every point of undo, it can be continued', () =>
    atEveryPoint(subject, async (run, point) => {
      const start = await run.world.snapshot()
      await run.preview()
      await run.apply()
      await run.verify()
      await run.crashing(point, () => run.undo(undo))
      expect(['none', 'partial', 'done']).toContain((await undo.settle(run.context(), run.record(), run.notes)).status)
      await run.undo(undo)
      await undone(run, start)
    }))

  test('says by hand what the undo does', () =>
    inWorld(subject, async (run) => {
      await run.preview()
      expect(undo.manual(run.context(), run.record(), []).length).toBeGreaterThan(0)
    }))
}

/** One step being run: what the engine would remember of it. */
class Run<Spec, UndoRecord extends Json, NoteValue extends Json> {
  readonly kind: ActingStepKind<Spec, UndoRecord, NoteValue>
  readonly world: KindWorld<Spec>
  /** Notes that are on disk. */
  notes: NoteValue[] = []
  #record: UndoRecord | undefined
  #crash = new CrashAt(NEVER)

  constructor(kind: ActingStepKind<Spec, UndoRecord, NoteValue>, world: KindWorld<Spec>) {
    this.kind = kind
    this.world = world
  }

  get effects(): number {
    return this.#crash.effects
  }

  context(): StepContext<Spec> {
    return this.world.context(this.#crash.ports(this.world.ports))
  }

  record(): UndoRecord {
    if (this.#record === undefined) throw new Error('nothing was previewed')
    return this.#record
  }

  /** Undo record and notes survive as JSON alone. */
  async preview(): Promise<void> {
    const { undoRecord } = await this.kind.preview(this.context(), [])
    this.#record = JSON.parse(JSON.stringify(undoRecord)) as UndoRecord
    this.notes = []
  }

  apply = (): Promise<void> => this.kind.apply(this.context(), this.record(), this.#note, [...this.notes])

  undo = (undo: Undo<Spec, UndoRecord, NoteValue>): Promise<void> => undo.apply(this.context(), this.record(), [...this.notes], this.#note)

  settled = async (): Promise<string> => (await this.kind.settle(this.context(), this.record(), this.notes)).status

  verify = (): Promise<void> => this.#until(() => this.kind.verify(this.context(), this.record(), this.notes))

  verifyUndo = (undo: Undo<Spec, UndoRecord, NoteValue>): Promise<void> =>
    this.#until(() => undo.verify(this.context(), this.record(), this.notes))

  /** Runs with a kill at this point, then goes on as a new process would. */
  async crashing(point: number, work: () => Promise<void>): Promise<void> {
    this.#crash = new CrashAt(point)
    try {
      await work()
    } catch (thrown) {
      if (!(thrown instanceof Crash)) throw thrown
    }
    this.reached = this.#crash.crashed
    this.#crash = new CrashAt(NEVER)
  }

  /** Whether the kill happened: false once the point lies beyond the end. */
  reached = false

  readonly #note = (value: NoteValue): Promise<void> =>
    this.#crash.around(async () => {
      this.notes.push(JSON.parse(JSON.stringify(value)) as NoteValue)
    })

  async #until(observe: () => Promise<Observation>): Promise<void> {
    const { interval, timeout } = this.kind.defaultGate(this.context().spec)
    let last: Observation | undefined
    for (let i = 0; i * interval <= timeout; i++) {
      last = await observe()
      if (last.verdict === 'pass') return
      if (last.verdict === 'fail') break
      await this.world.ports.clock.sleep(interval)
    }
    expect(last).toMatchObject({ verdict: 'pass' })
  }
}

async function inWorld<Spec, UndoRecord extends Json, NoteValue extends Json>(
  subject: KindCase<Spec, UndoRecord, NoteValue>,
  body: (run: Run<Spec, UndoRecord, NoteValue>) => Promise<void>,
): Promise<void> {
  const world = await subject.world()
  try {
    await body(new Run(subject.kind, world))
  } finally {
    await world.close?.()
  }
}

/** A fresh world for each point, until a point lies beyond the end; there is at least one. */
async function atEveryPoint<Spec, UndoRecord extends Json, NoteValue extends Json>(
  subject: KindCase<Spec, UndoRecord, NoteValue>,
  body: (run: Run<Spec, UndoRecord, NoteValue>, point: number) => Promise<void>,
): Promise<void> {
  for (let point = 0, more = true; more; point++) {
    await inWorld(subject, async (run) => {
      await body(run, point)
      more = run.reached
      expect(more || point > 0, 'no point was reached').toBe(true)
    })
  }
}
