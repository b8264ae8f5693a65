import type { Json } from '../../../../src/domain/json.ts'
import type { Ports } from '../../../../src/domain/ports/index.ts'
import type { StepContext } from '../../../../src/domain/step-kind.ts'
import { deployToKubernetes } from '../../../../src/steps/deploy-to-kubernetes.ts'
import type { DeployNote } from '../../../../src/steps/deploy-to-kubernetes/record.ts'
import type { DeploySpec } from '../../../../src/steps/deploy-to-kubernetes/spec.ts'
import { undoOf } from '../../undo-of.ts'
import { FakeHelm } from '../../../fakes/ports/helm.ts'
import { helmOutput } from '../../../fakes/ports/rendering.ts'
import { chartWorld, CONFIG, DEPLOYMENT, SECRET, SERVICE } from '../charts.ts'

export const SPEC: DeploySpec = { helm: { chart: 'shop', release: 'shop', as: 'release' } }
export const RELEASE = { name: 'shop', namespace: 'default' }
export const KEPT_CLAIM =
  'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: data, annotations: { helm.sh/resource-policy: keep } }\n'
export const OLD = helmOutput('web-shop', ['templates/a.yaml', CONFIG.replace('hello', 'old')], ['templates/b.yaml', SERVICE])
export const NEW = helmOutput('web-shop', ['templates/a.yaml', CONFIG], ['templates/b.yaml', SECRET], ['templates/c.yaml', DEPLOYMENT])

/** A world with helm in it, whose chart renders to `manifest`, and the step in that world. */
export function releaseWorld(manifest = NEW, spec: DeploySpec = SPEC, overrides: Partial<StepContext<DeploySpec>> = {}) {
  const { world, context: without } = chartWorld(undefined, spec, overrides)
  world.kubernetes.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } })
  const helm = new FakeHelm(world.kubernetes, world.clock)
  helm.next = { ...helm.next, manifest }
  const context = { ...without, ports: { ...without.ports, helm } }
  return {
    world,
    helm,
    context,
    /** As the harness wants it: of releases only what a person means by them. */
    conforming: () => ({
      ports: context.ports,
      context: (ports: Ports) => ({ ...context, ports }),
      snapshot: async (): Promise<Json> => ({
        world: world.snapshot(),
        releases: [...helm.releases].map(([name, revisions]) => [name, revisions.at(-1)?.status ?? '', revisions.at(-1)?.manifest ?? '']),
      }),
    }),
  }
}
type ReleaseWorld = ReturnType<typeof releaseWorld>

/** Somebody has installed an earlier version. */
export async function installed(made: ReleaseWorld, manifest = OLD): Promise<ReleaseWorld> {
  await made.helm.upgradeByHand(RELEASE, manifest)
  return made
}

/** The step previewed, and what can be done with it. */
export async function previewed(made: ReleaseWorld) {
  const { undoRecord: record, ...preview } = await deployToKubernetes.preview(made.context, [])
  const notes: DeployNote[] = []
  const note = async (value: DeployNote): Promise<void> => void notes.push(value)
  const undo = undoOf(deployToKubernetes)
  return {
    ...made,
    record,
    preview,
    notes,
    apply: () => deployToKubernetes.apply(made.context, record, note, notes),
    settle: () => deployToKubernetes.settle(made.context, record, notes),
    verify: () => deployToKubernetes.verify(made.context, record, notes),
    undo: () => undo.apply(made.context, record, notes, note),
    settleUndo: () => undo.settle(made.context, record, notes),
    verifyUndo: () => undo.verify(made.context, record, notes),
    manual: () => undo.manual(made.context, record, notes),
  }
}
