import type { Change, Preview } from '../../../src/domain/change.ts'
import type { Settlement, StepContext } from '../../../src/domain/step-kind.ts'
import { uninstallNomad } from '../../../src/steps/uninstall-nomad.ts'
import type { UninstallNote, UninstallRecord, UninstallSpec } from '../../../src/steps/uninstall-nomad/record.ts'
import type { FakeAgent } from '../../fakes/ports/cluster.ts'
import { FakeCluster } from '../../fakes/ports/cluster.ts'
import { contextOf } from '../context.ts'

/** The step on a cluster of these agents, as the engine would drive it. */
export function stage(agents: readonly (Partial<FakeAgent> & { readonly host: string })[], spec: Partial<UninstallSpec> = {}) {
  const cluster = new FakeCluster(...agents)
  const whole: UninstallSpec = { hosts: agents.map(({ host }) => ({ host })), ...spec }
  const notes: UninstallNote[] = []
  const context = (): StepContext<UninstallSpec> => contextOf(cluster.ports, whole)
  const note = async (each: UninstallNote): Promise<void> => void notes.push(each)
  return {
    cluster,
    notes,
    context,
    preview: (predicted: readonly Change[] = []): Promise<Preview<UninstallRecord>> => uninstallNomad.preview(context(), predicted),
    preflight: () => uninstallNomad.preflight(context()),
    apply: (record: UninstallRecord): Promise<void> => uninstallNomad.apply(context(), record, note, [...notes]),
    settle: (record: UninstallRecord): Promise<Settlement> => uninstallNomad.settle(context(), record, notes),
    verify: (record: UninstallRecord) => uninstallNomad.verify(context(), record, notes),
  }
}
