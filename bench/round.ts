import { report } from '../test/e2e/visitors/report.ts'
import type { Report } from '../test/e2e/visitors/report.ts'
import type { Recorded } from '../test/e2e/visitors/sample.ts'
import { samplesOf } from '../test/e2e/visitors/sample.ts'
import type { World } from '../test/e2e/world/world.ts'
import type { Contender, Moment } from './contender.ts'
import type { Asked, Busiest } from './requests.ts'
import { allAsked, busiestThings } from './requests.ts'
import type { Stage } from './stage.ts'
import type { Fact } from './witness/facts.ts'
import { firstSeen } from './witness/facts.ts'

/** How long after Traefik has loaded the router visitors may still feel the switch, milliseconds. */
const AFTERMATH_MS = 1_000
/** How long visitors open their first connections, milliseconds. */
const SETTLING_IN_MS = 1_500

/** A time that a server needed, milliseconds since the epoch. */
export interface ServerTime {
  readonly what: 'image start' | 'throttle' | 'job stop'
  readonly from: number
  readonly to: number
}

/** One migration from beginning to end; all times in milliseconds. */
export interface Round {
  readonly contender: Contender['name']
  readonly wall: number
  readonly servers: readonly ServerTime[]
  readonly began: number
  readonly told: readonly Moment[]
  readonly facts: readonly Fact[]
  readonly asked: readonly Asked[]
  readonly busiest: readonly Busiest[]
  readonly visitors: Report
  /** Of right answers: before the command was started, from there until the edge's file was written, and from there until 1 s after Traefik had it. */
  readonly p99: Readonly<Record<'rest' | 'deploying' | 'switching', number>>
  /** Over ssh. */
  readonly logins: number
}

export async function playRound(stage: Stage, contender: Contender): Promise<Round> {
  const { result, recorded, facts, audit, began } = await stage.play(contender, async (scene) => {
    const before = await logins(scene.world)
    const began = Date.now()
    const clock = performance.now()
    const ended = await contender.start(scene, 'run').ended
    const wall = performance.now() - clock
    if (ended.code !== 0) throw new Error(`${contender.name} ended with ${ended.code}:\n${ended.stdout}\n${ended.stderr}`)
    return {
      began,
      wall,
      told: contender.told(scene, ended.stdout),
      logins: (await logins(scene.world)) - before,
    }
  })
  const deployed = audit.find(
    ({ verb, requestURI, objectRef }) => verb === 'patch' && objectRef?.resource === 'deployments' && !requestURI.includes('dryRun'),
  )
  const written = needed(facts, 'router-written')
  const loaded = needed(facts, 'router-loaded')
  const asked = allAsked(facts, audit)
  return {
    contender: contender.name,
    wall: result.wall,
    began: result.began,
    servers: [
      {
        what: 'image start',
        from: Date.parse(deployed?.requestReceivedTimestamp ?? ''),
        to: needed(facts, 'new-side-answers'),
      },
      { what: 'throttle', from: written, to: loaded },
      {
        what: 'job stop',
        from: needed(facts, 'job-stopped'),
        to: needed(facts, 'allocations-ended'),
      },
    ],
    told: result.told,
    facts,
    asked,
    busiest: busiestThings(asked, [written]),
    logins: result.logins,
    visitors: report(recorded, []),
    p99: {
      rest: p99(recorded, began + SETTLING_IN_MS, result.began),
      deploying: p99(recorded, result.began, written),
      switching: p99(recorded, written, loaded + AFTERMATH_MS),
    },
  }
}

const p99 = (recorded: readonly Recorded[], from: number, to: number): number =>
  report(
    samplesOf(recorded).filter(({ at }) => from <= at && at < to),
    [],
  ).windows.before.p99 ?? NaN

const logins = async ({ servers }: World): Promise<number> => (await servers.log('sshd')).split('Accepted publickey').length - 1

function needed(facts: readonly Fact[], what: Parameters<typeof firstSeen>[1]): number {
  const at = firstSeen(facts, what)
  if (at === undefined) throw new Error(`the witness has not seen ${what}`)
  return at
}

export const serversTime = ({ servers }: Round): number => servers.reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0)
/** What the plan says must be waited for. */
export const plannedWaits = ({ told }: Round): number => told.reduce((sum, { waited }) => sum + waited, 0)
/** All the rest is its own doing. */
export const overhead = (round: Round): number => round.wall - serversTime(round) - plannedWaits(round)

/** Where its own time went, part by part, as it told them; the sum is the overhead. */
export function parts(round: Round): readonly { readonly what: string; readonly ms: number }[] {
  const ends = [...round.told, { at: round.began + round.wall, what: 'exit', waited: 0 }]
  return ends.map(({ at, what, waited }, index) => {
    const from = ends[index - 1]?.at ?? round.began
    const inServers = round.servers.reduce((sum, each) => sum + Math.max(0, Math.min(at, each.to) - Math.max(from, each.from)), 0)
    return { what, ms: at - from - inServers - waited }
  })
}

/**
 * From the moment the edge's file was seen to be written to the proof that it took (ten good looks in a row), without what Traefik needed and
 * without the nine intervals between those looks.
 */
export function proofBeyondTraefik(round: Round): number | undefined {
  const loaded = firstSeen(round.facts, 'router-loaded')
  const proven = round.told.find(({ what }) => what === 'cut-traffic: gate own' || what === 'the router is loaded and wins')
  return loaded === undefined || proven === undefined ? undefined : proven.at - loaded - 9 * 100
}
