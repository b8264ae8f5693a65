import type { Json } from '../../../src/domain/json.ts'
import type { PlanStep } from '../../../src/domain/plan.ts'
import { siteOf } from '../../../src/domain/plan.ts'
import type { StepContext } from '../../../src/domain/step-kind.ts'
import type { OpenRecord, OpenSpec } from '../../../src/steps/open-traefik-route/record.ts'
import { openTraefikRoute } from '../../../src/steps/open-traefik-route.ts'
import type { Send, ShiftRecord, ShiftSpec } from '../../../src/steps/shift-traefik-route/record.ts'
import { undoShift } from '../../../src/steps/shift-traefik-route/undo.ts'
import { shiftTraefikRoute } from '../../../src/steps/shift-traefik-route.ts'
import type { SwitchNote } from '../../../src/steps/switch-traefik-route/record.ts'
import { FakeWorld } from '../../fakes/ports/world.ts'
import { contextOf, PLAN } from '../context.ts'
import { SWITCH } from '../switch-spec.ts'

const step = (id: string, kind: string, spec: unknown): PlanStep => ({
  id,
  kind,
  spec,
  gates: [],
  onFailure: 'rollback',
  location: { file: 'plan.yaml', line: 1, column: 1 },
})

/** A route that is opened and then shared out in these portions, step by step, as the engine would. */
export class HandingOver {
  readonly world: FakeWorld
  readonly steps: readonly PlanStep[]
  readonly records = new Map<string, Json>()
  readonly notes: SwitchNote[] = []
  writes = 0
  readonly #undone = new Set<string>()

  constructor(portions: readonly (Send | ShiftSpec)[], open: OpenSpec = SWITCH, world = new FakeWorld()) {
    this.world = world
    const shifts = portions.map((each) => (typeof each === 'string' ? { send: each } : each))
    this.steps = [step('open', 'open-traefik-route', open), ...shifts.map((each) => step(each.send, 'shift-traefik-route', each))]
    world.edge.beforeWrite = () => {
      this.writes += 1
    }
  }

  /** Earlier steps are those before it in the plan that are done; `undoing`: what a rollback that undoes these steps still has before it. */
  context<Spec>(id: string, undoing: readonly string[] = []): StepContext<Spec> {
    const index = this.steps.findIndex((each) => each.id === id)
    const before = new Set(this.steps.slice(0, index).map((each) => each.id))
    return contextOf(this.world.ports, this.steps[index]?.spec as Spec, {
      step: id,
      plan: { ...PLAN, steps: this.steps },
      earlier: new Map([...this.records].filter(([name]) => before.has(name) && !this.#undone.has(name))),
      undoing: new Set(undoing.filter((each) => !this.#undone.has(each))),
    })
  }

  record<T>(id: string): T {
    return this.records.get(id) as T
  }

  async open(): Promise<void> {
    const { undoRecord } = await openTraefikRoute.preview(this.context('open'), [])
    this.records.set('open', undoRecord)
    await openTraefikRoute.apply(this.context('open'), undoRecord, async () => {}, [])
    await this.world.clock.sleep(1_000)
  }

  async shift(send: Send): Promise<void> {
    const { undoRecord } = await shiftTraefikRoute.preview(this.context(send), [])
    this.records.set(send, undoRecord)
    await shiftTraefikRoute.apply(this.context(send), undoRecord, async () => {}, [])
    await this.world.clock.sleep(1_000)
  }

  /** Opened, and each of these portions done. */
  async upTo(...portions: readonly Send[]): Promise<this> {
    await this.open()
    for (const each of portions) await this.shift(each)
    return this
  }

  verify(send: Send) {
    return shiftTraefikRoute.verify(this.context(send), this.record<ShiftRecord>(send), [])
  }

  verifyOpen() {
    return openTraefikRoute.verify(this.context<OpenSpec>('open'), this.record<OpenRecord>('open'), [])
  }

  /** Takes visitors off the old side, as the engine does when that fails. */
  async relieve(send: Send): Promise<void> {
    await shiftTraefikRoute.relief?.apply(this.context(send), this.record(send))
    await this.world.clock.sleep(1_000)
  }

  /** The undo of one portion, as part of a rollback that undoes all of these. */
  async undo(send: Send, undoing: readonly string[]): Promise<void> {
    const context = this.context<ShiftSpec>(send, undoing)
    await undoShift.apply(context, this.record(send), this.notes, async (note) => void this.notes.push(note))
    await this.world.clock.sleep(1_000)
  }

  async undone(send: Send, undoing: readonly string[]) {
    const context = this.context<ShiftSpec>(send, undoing)
    const seen = {
      settled: await undoShift.settle(context, this.record(send), this.notes),
      verified: await undoShift.verify(context, this.record(send), this.notes),
    }
    this.#undone.add(send)
    return seen
  }

  /** Which sides answered so many visitors. */
  async visits(count: number): Promise<{ readonly old: number; readonly new: number }> {
    const before = new Map(this.world.edge.counted ?? [])
    const asked = (name: string) => {
      const sum = (counted: ReadonlyMap<string, { byStatus: ReadonlyMap<number, number> }>) =>
        [...(counted.get(name)?.byStatus.values() ?? [])].reduce((a, b) => a + b, 0)
      return sum(this.world.edge.counted ?? new Map()) - sum(before)
    }
    for (let i = 0; i < count; i++) await this.world.visitor.ask({ url: siteOf(PLAN).url })
    return { old: asked('site@consulcatalog'), new: asked('to-cluster@file') + asked('k8s-site-new@file') }
  }
}
