import { switchTraefikRoute } from '../../../src/steps/switch-traefik-route.ts'
import type { SwitchNote, SwitchSpec } from '../../../src/steps/switch-traefik-route/record.ts'
import { undoSwitch } from '../../../src/steps/switch-traefik-route/undo.ts'
import { FakeWorld } from '../../fakes/ports/world.ts'
import { contextOf } from '../context.ts'
import { problemsOf } from '../problem-of.ts'
import { SWITCH } from '../switch-spec.ts'

/** A world, the step previewed in it, and its notes. */
export async function previewed(world = new FakeWorld(), spec: SwitchSpec = SWITCH) {
  const context = contextOf(world.ports, spec)
  const { undoRecord: record, ...preview } = await switchTraefikRoute.preview(context, [])
  const notes: SwitchNote[] = []
  const note = async (value: SwitchNote): Promise<void> => void notes.push(value)
  const apply = () => switchTraefikRoute.apply(context, record, note, notes)
  const undo = () => undoSwitch.apply(context, record, notes, note)
  return { world, context, preview, record, notes, note, apply, undo }
}

/** Applied, loaded, visitors on the new side. */
export async function switched(world = new FakeWorld()) {
  const step = await previewed(world)
  await step.apply()
  await world.clock.sleep(1_000)
  return step
}

export const addRouter = (world: FakeWorld, name: string, router: Readonly<Record<string, unknown>>): void =>
  world.edge.save(
    world.edge.text.replace(
      '  routers:\n',
      `  routers:\n    ${name}: ${JSON.stringify({ entryPoints: ['websecure'], service: 'home', ...router })}\n`,
    ),
  )

/** What preview refuses with in this world. */
export const refusal = async (world: FakeWorld, spec: SwitchSpec = SWITCH) => {
  await world.clock.sleep(1_000)
  return problemsOf(switchTraefikRoute.preview(contextOf(world.ports, spec), []))
}
