import { join } from 'node:path'
import type { Secrets } from '../../adapters/secrets/secrets.ts'
import { createSecrets } from '../../adapters/secrets/secrets.ts'
import { createRestoreBundle } from '../../adapters/system/restore-bundle.ts'
import { formatDuration } from '../../domain/duration.ts'
import type { Event } from '../../domain/event.ts'
import type { GatePolicy } from '../../domain/gate-policy.ts'
import type { Plan } from '../../domain/plan.ts'
import type { PlanFiles } from '../../domain/ports/files.ts'
import type { Problem } from '../../domain/problem.ts'
import { withPlaceholders } from '../../domain/template.ts'
import type { EngineDependencies, Interrupt, Questions } from '../../engine/contract.ts'
import type { PlanOptions } from '../contract.ts'
import type { LabOverlay } from './lab.ts'
import type { OpenPorts } from './ports.ts'
import { openPorts } from './ports.ts'
import type { LoadedPlan } from './plan-source.ts'
import { REGISTRIES } from './plan-source.ts'
import { planFolder } from './plan-location.ts'
import type { OnTheWay } from './on-the-way.ts'
import { onlyNeeded } from './on-the-way.ts'
import type { ResolvedTargets } from './resolve-targets.ts'
import { policyCheck } from './policy-check.ts'
import { resolveTargets } from './resolve-targets.ts'
import { withTemplates } from './step-templates.ts'
import { BUNDLE_FOLDER, isFolder } from './state-folder.ts'
import { targetChecks } from './target-checks.ts'
import { thisProcess } from './this-process.ts'

/** A plan with the outside world behind it: real, or the lab's. */
export interface Opened {
  readonly plan: Plan
  readonly files: PlanFiles
  readonly dependencies: EngineDependencies
  close(): Promise<void>
}

export interface OpenOptions {
  readonly options: PlanOptions
  readonly loaded: LoadedPlan
  readonly stateFolder: string
  readonly runFolder: string
  readonly emit: (event: Event) => void
  readonly questions: Questions
  readonly interrupt: Interrupt
  readonly onSecrets: OnSecrets
  /** What the command works on; left out: the whole plan. */
  readonly way?: OnTheWay
  /** Where they were resolved before. */
  readonly targets?: ResolvedTargets
}

/** Told of each place that knows secrets of this command. */
export type OnSecrets = (redact: (text: string) => string) => void

/** Where such places are told of, and a text without all that they know so far. */
export interface KnownSecrets {
  readonly onSecrets: OnSecrets
  readonly redact: (text: string) => string
}

/** For looks: nobody is asked anything. */
export const NOBODY: Questions = { approve: async () => 'unanswerable', confirmIrreversible: async () => ({ answer: 'unanswerable' }) }

/** The folder of the plan as it was named now: the one that the journal has may be of another machine. */
const directoryOf = (options: Pick<PlanOptions, 'plan'>, plan: Plan): string =>
  planFolder(isFolder(options.plan) ? plan.path : options.plan)

/** The plan's real targets, as far as they are needed. Rejects with every template that could not be resolved, those of steps to come included. */
export async function targetsOf(
  options: Pick<PlanOptions, 'plan'>,
  plan: Plan,
  onSecrets: OnSecrets,
  way?: OnTheWay,
): Promise<ResolvedTargets> {
  const directory = directoryOf(options, plan)
  const secrets = secretsOf(directory, onSecrets)
  const targets = resolveTargets(way ? onlyNeeded(plan, way.needed) : plan, {
    resolve: (template, where, secret) => secrets.resolve(template, where, { secret: secret !== undefined }),
    env: process.env,
    directory,
  })
  return withTemplates(targets, way?.templates ?? [], (template, where) => secrets.resolve(template, where))
}

function secretsOf(directory: string, onSecrets: OnSecrets): Secrets {
  const secrets = createSecrets({ env: process.env, baseDirectory: directory })
  onSecrets((text) => secrets.redact(text))
  return secrets
}

export async function open(opening: OpenOptions): Promise<Opened> {
  const { options, loaded, way } = opening
  const lab = options.lab
    ? await (
        await import('./lab.ts')
      ).enterLab({
        plan: loaded.plan,
        directory: directoryOf(options, loaded.plan),
        stateFolder: opening.stateFolder,
        faults: options.labFaults,
      })
    : undefined
  let outside: OpenPorts | undefined
  try {
    const targets = lab?.targets ?? opening.targets ?? (await targetsOf(options, loaded.plan, opening.onSecrets, way))
    const plan = lab ? overlaid(loaded.plan, lab) : withVisitors(loaded.plan, targets.edge?.visitors)
    const files = lab ? withAuthority(loaded.files, lab) : loaded.files
    const { ports } = (outside = await openPorts(targets, plan.targets))
    const secrets = lab ? undefined : secretsOf(directoryOf(options, loaded.plan), opening.onSecrets)
    // The lab keeps its world on disk: no secret is ever sent there, and none has to be set.
    const resolve = async (template: string, where: string): Promise<string> =>
      secrets?.resolve(template, where) ?? withPlaceholders(template)
    // The lab's images are in no registry, and the real ones are not the lab's business.
    const images = lab ? undefined : (await import('./adapters.ts')).createImages({ env: process.env })
    const dependencies: EngineDependencies = {
      kinds: REGISTRIES.kinds,
      gates: REGISTRIES.gates,
      ports,
      resolve,
      checks: [
        ...targetChecks(plan, REGISTRIES.kinds, files, way),
        ...policyCheck(plan, REGISTRIES.kinds, { files, resolve, ...(images && { images }), ...(way && { way }) }),
      ],
      ...(way && { targets: way.needed.targets }),
      emit: opening.emit,
      questions: opening.questions,
      interrupt: opening.interrupt,
      bundle: createRestoreBundle(join(opening.runFolder, BUNDLE_FOLDER)),
      process: thisProcess(options),
      ...(lab && { adjustPolicy: cappedForLab }),
    }
    const close = async (): Promise<void> => void (await Promise.allSettled([outside?.close(), images?.close(), lab?.leave()]))
    return { plan, files, dependencies, close }
  } catch (error) {
    await Promise.allSettled([outside?.close(), lab?.leave()])
    throw error
  }
}

/** Longest hold and interval in the lab, milliseconds: nobody waits five minutes for a rehearsal. The dry run prints the real ones. */
const LAB_HOLD_MS = 3_000
const LAB_INTERVAL_MS = 100
const LAB_TIMEOUT_MS = 20_000

const cappedForLab = (policy: GatePolicy): GatePolicy => ({
  ...policy,
  hold: Math.min(policy.hold, LAB_HOLD_MS),
  interval: Math.min(policy.interval, LAB_INTERVAL_MS),
  timeout: Math.min(policy.timeout, LAB_TIMEOUT_MS),
})

/** Said once at the start: what is rehearsed is not what is waited for. */
export const LAB_SHORTENS: Problem = {
  code: 'lab-shortens',
  summary: `the lab shortens what the plan waits for: holds to ${formatDuration(LAB_HOLD_MS)}, intervals to ${formatDuration(LAB_INTERVAL_MS)}, timeouts to ${formatDuration(LAB_TIMEOUT_MS)} at most`,
  next: [],
}

const LAB_AUTHORITY = 'lab-authority.pem'

const overlaid = (plan: Plan, lab: LabOverlay): Plan => ({
  ...withVisitors(plan, lab.targets.edge?.visitors),
  ...(plan.site && { site: { ...plan.site, ca: LAB_AUTHORITY } }),
})

/** The plan with the edge's address for visitors resolved, so that every look goes to the same place. */
const withVisitors = (plan: Plan, visitors: string | undefined): Plan =>
  plan.targets.edge && visitors !== undefined ? { ...plan, targets: { ...plan.targets, edge: { ...plan.targets.edge, visitors } } } : plan

const withAuthority = (files: PlanFiles, lab: LabOverlay): PlanFiles => ({
  list: (path) => files.list(path),
  read: async (path) => (path === LAB_AUTHORITY ? lab.authority : files.read(path)),
})
