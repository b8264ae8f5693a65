import type { ApplyOutcome, KubernetesObject, KubernetesPort } from '../../domain/ports/index.ts'
import { nameOf, referenceOf } from './record.ts'
import type { DeployContext } from './record.ts'
import { marked } from './resolve.ts'

/** How long an answer is good for, where the object is seen to be as it was, milliseconds. A person's answer to a question takes longer. */
const FRESH_MS = 5_000

interface Asked {
  readonly at: number
  /** What was asked about, without marks. */
  readonly sent: string
  /** Which object was there then. */
  readonly live: string
  readonly answer: ApplyOutcome
}

/** By the name of the object; nothing in it is older than the last effect of ours. */
const known = new WeakMap<KubernetesPort, Map<string, Asked>>()

export interface DryRun {
  readonly before: KubernetesObject | undefined
  readonly answer: ApplyOutcome
}

/**
 * The object as it is, always asked, and what the server would make of it. The latter is taken from a moment ago where this process asked the same, has
 * changed nothing since and the object has not changed either: the preview that is shown, and the one right before the effect, which meets whatever else has
 * changed as the server's own refusal.
 */
export async function dryRun(context: DeployContext, object: KubernetesObject): Promise<DryRun> {
  const { kubernetes, clock } = context.ports
  const [reference, sent, at] = [referenceOf(object), JSON.stringify(object), clock.monotonic()]
  const answers = known.get(kubernetes) ?? new Map<string, Asked>()
  known.set(kubernetes, answers)
  const ask = (): Promise<ApplyOutcome> => kubernetes.apply(marked(context, object), { dryRun: true })
  const earlier = answers.get(nameOf(reference))
  const usable = earlier !== undefined && earlier.sent === sent && at - earlier.at <= FRESH_MS ? earlier : undefined
  const [before, first] = await Promise.all([kubernetes.get(reference), usable === undefined ? ask() : undefined])
  const live = `${before?.metadata.uid} ${before?.metadata.resourceVersion}`
  if (usable?.live === live) return { before, answer: withMarks(context, usable.answer) }
  const answer = first ?? (await ask())
  answers.set(nameOf(reference), { at, sent, live, answer })
  return { before, answer }
}

/** More of them are answered so late that the first answers are too old again. */
const MOST_AHEAD = 50

/**
 * Asks about all of them while rules are still read: the preview that follows has its answers from a moment ago. What could not be asked is asked again by
 * the preview, and told there.
 */
export const askAhead = async (context: DeployContext, objects: readonly KubernetesObject[]): Promise<void> =>
  void (await Promise.allSettled(objects.length > MOST_AHEAD ? [] : objects.map((each) => dryRun(context, each))))

/** Before every effect: what comes of an apply is another matter after it. */
export const forgetDryRuns = ({ ports }: DeployContext): void => void known.delete(ports.kubernetes)

const withMarks = (context: DeployContext, answer: ApplyOutcome): ApplyOutcome =>
  'object' in answer ? { ...answer, object: marked(context, answer.object) } : answer
