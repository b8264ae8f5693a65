import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { askPolicies } from '../../../src/cli/wire/plan-policies.ts'
import { checkedPlan, REGISTRIES } from '../../../src/cli/wire/plan-source.ts'
import { renderSteps } from '../../../src/cli/wire/rendered-steps.ts'
import { createRendering } from '../../../src/adapters/rendering/rendering.ts'
import type { Plan } from '../../../src/domain/plan.ts'
import { dockerfilesOf } from '../../../src/domain/plan.ts'
import type { PolicyFinding, PolicyReport } from '../../../src/domain/policy.ts'
import type { ImageFacts } from '../../../src/domain/ports/index.ts'
import type { RenderedChart, RenderedObject } from '../../../src/domain/rendered-object.ts'
import type { AnyStepKind } from '../../../src/domain/step-kind.ts'
import { withPlaceholders } from '../../../src/domain/template.ts'
import { imagesOf } from '../../../src/policies/images-named.ts'
import { clients } from '../../tools/clients.ts'

/** A fixture as its plan sends it, to be broken: each test gets one of its own. */
export interface Copy {
  plan: Plan
  objects: RenderedObject[]
  charts: RenderedChart[]
  /** What a registry would say of the images: good ones, for no fixture has any. */
  images: ImageFacts[]
  /** Texts of the Dockerfiles that the plan names. */
  readonly dockerfiles: Map<string, string>
}

/** The plans' waivers hold on this day. */
const NOW = Date.UTC(2026, 11, 1)

const loaded = new Map<string, Promise<Copy>>()

/** A fresh copy of what `plans/NAME.yaml` sends. The tools render it once a process. */
export async function copyOf(name: string): Promise<Copy> {
  const known = loaded.get(name) ?? render(name)
  loaded.set(name, known)
  return structuredClone(await known)
}

async function render(name: string): Promise<Copy> {
  const { plan, files } = await checkedPlan(planFile(`${name}.yaml`))
  const { helm, kubectl } = await clients()
  const rendering = createRendering({ env: { ...process.env, PATH: [dirname(helm), dirname(kubectl), process.env['PATH']].join(':') } })
  const { objects, charts } = await renderSteps(plan, REGISTRIES.kinds, {
    files,
    rendering,
    resolve: async (text) => withPlaceholders(text),
  })
  const texts = await Promise.all(dockerfilesOf(plan).map(async (path) => [path, await files.read(path)] as const))
  const images = [...new Set(objects.flatMap(({ object }) => imagesOf(object)))].map(goodImage)
  return { plan, objects: [...objects], charts: [...charts], images, dockerfiles: new Map(texts) }
}

const goodImage = (reference: string): ImageFacts => ({
  reference,
  digest: `sha256:${'a'.repeat(64)}`,
  platforms: ['linux/amd64'],
  image: { platform: 'linux/amd64', user: '1000', healthCheck: true, compressedBytes: 100_000_000 },
})

/** Asks the plan's rules as every command does, of what the copy holds instead of what tools and registries say. */
export async function reportOf({ plan, objects, charts, images, dockerfiles }: Copy): Promise<PolicyReport> {
  const ofStep =
    <Each extends { readonly step: string }>(all: readonly Each[]) =>
    async ({ step }: { readonly step: string }): Promise<readonly Each[]> =>
      all.filter((each) => each.step === step)
  const copied = (kind: AnyStepKind): AnyStepKind => ({ ...kind, objects: ofStep(objects), charts: ofStep(charts) })
  const kinds = new Map([...REGISTRIES.kinds].map(([name, kind]) => [name, copied(kind)]))
  const { report } = await askPolicies(plan, kinds, {
    files: { list: async () => [], read: async (path) => dockerfiles.get(path) ?? readFile(planFile(path), 'utf8') },
    rendering: { helmTemplate: notAgain, helmLint: notAgain, kustomize: notAgain },
    resolve: async (text) => withPlaceholders(text),
    kubernetesVersion: async () => undefined,
    images: async () => images,
    now: NOW,
  })
  return report
}

/** A path as the plans say it. */
const planFile = (path: string): string => fileURLToPath(new URL(`../../../plans/${path}`, import.meta.url))

const notAgain = async (): Promise<never> => refuse('it was rendered before')

export function refuse(why: string): never {
  throw new Error(why)
}

/** What of the findings stands unwaived in the broken copy, and not in the fixture. */
export function newFindings(fixture: PolicyReport, broken: PolicyReport): readonly PolicyFinding[] {
  const known = new Set(open(fixture).map(identity))
  return open(broken).filter((finding) => !known.has(identity(finding)))
}

export const open = ({ findings }: PolicyReport): readonly PolicyFinding[] => findings.filter(({ waiver }) => waiver === undefined)
const identity = ({ rule, object, path, message }: PolicyFinding): string => JSON.stringify([rule, object, path, message])
