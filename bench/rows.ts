import type { Failing } from './failing.ts'
import type { Killed } from './killed.ts'
import type { Round, ServerTime } from './round.ts'
import { overhead, plannedWaits, proofBeyondTraefik, serversTime } from './round.ts'
import type { Row } from './table.ts'
import { median, milliseconds, seconds, spread } from './table.ts'

/** Limits of the tool, milliseconds, times and looks a second. */
const OVERHEAD_MS = 2_000
const BEYOND_TRAEFIK_MS = 500
const P99_RATIO = 2
const LOOKS_PER_SECOND = 2

type Both<Value> = { readonly tool: readonly Value[]; readonly script: readonly Value[] }
const both = <Value extends { readonly contender: string }>(all: readonly Value[]): Both<Value> => ({
  tool: all.filter(({ contender }) => contender === 'jmc-migrate'),
  script: all.filter(({ contender }) => contender === 'script'),
})

export function roundRows(all: readonly Round[]): readonly Row[] {
  const rounds = both(all)
  const time = (what: string, of: (round: Round) => number, limit?: number): Row => ({
    what,
    tool: spread(rounds.tool.map(of), seconds),
    script: spread(rounds.script.map(of), seconds),
    ...(limit === undefined ? {} : { limit: `under ${seconds(limit)}`, kept: median(rounds.tool.map(of)) < limit }),
  })
  const server = (what: ServerTime['what']): Row =>
    time(`    ${what}`, ({ servers }) => servers.filter((each) => each.what === what).reduce((sum, { from, to }) => sum + to - from, 0))
  const wall = ({ wall: ms }: Round): number => ms
  const sum = (of: (round: Round) => number, over: readonly Round[]): number => over.reduce((total, round) => total + of(round), 0)
  const count = (what: string, of: (round: Round) => number, limited = true): Row => ({
    what,
    tool: String(sum(of, rounds.tool)),
    script: String(sum(of, rounds.script)),
    ...(limited ? { limit: '0', kept: sum(of, rounds.tool) === 0 } : {}),
  })
  const p99 = (what: string, when: keyof Round['p99']): Row => ({
    what,
    tool: spread(
      rounds.tool.map((round) => round.p99[when]),
      milliseconds,
    ),
    script: spread(
      rounds.script.map((round) => round.p99[when]),
      milliseconds,
    ),
  })
  const ratio = (round: Round): number => round.p99.switching / round.p99.rest
  const times = (value: number): string => `${value.toFixed(1)}×`
  const asked = (what: string, server: string): Row => {
    const of = (round: Round): number => round.asked.filter((each) => each.server === server).length
    return {
      what,
      tool: spread(rounds.tool.map(of), whole),
      script: spread(rounds.script.map(of), whole),
    }
  }
  const busiest = ({ busiest: things }: Round): number => things[0]?.perSecond ?? 0
  return [
    {
      ...time('wall time', wall),
      limit: 'not slower than the script',
      kept: median(rounds.tool.map(wall)) <= median(rounds.script.map(wall)),
    },
    time("  the servers' own time", serversTime),
    server('image start'),
    server('throttle'),
    server('job stop'),
    time("  the plan's holds and intervals", plannedWaits),
    time('  the rest: its own', overhead, OVERHEAD_MS),
    time('router written → proven, beyond Traefik and nine intervals', (round) => proofBeyondTraefik(round) ?? NaN, BEYOND_TRAEFIK_MS),
    count('visitors: requests sent', ({ visitors }) => visitors.sent, false),
    count('visitors: failed', ({ visitors }) => visitors.failed),
    count('visitors: wrong', ({ visitors }) => visitors.wrong),
    p99('p99 at rest', 'rest'),
    p99('p99 from its start to the switch', 'deploying'),
    p99('p99 during the switch', 'switching'),
    {
      what: 'p99 during the switch / at rest',
      tool: spread(rounds.tool.map(ratio), times),
      script: spread(rounds.script.map(ratio), times),
      limit: `at most ${times(P99_RATIO)}`,
      kept: median(rounds.tool.map(ratio)) <= P99_RATIO,
    },
    asked("requests to Kubernetes' API", 'kubernetes'),
    asked("requests to Nomad's API", 'nomad'),
    asked("requests to Traefik's API", 'traefik'),
    asked('visits of the site', 'site'),
    {
      what: 'ssh logins',
      tool: spread(
        rounds.tool.map(({ logins }) => logins),
        whole,
      ),
      script: spread(
        rounds.script.map(({ logins }) => logins),
        whole,
      ),
    },
    {
      what: 'the busiest thing outside the 3 s after a write, looks a second',
      tool: spread(rounds.tool.map(busiest), (value) => value.toFixed(1)),
      script: spread(rounds.script.map(busiest), (value) => value.toFixed(1)),
      limit: `at most ${LOOKS_PER_SECOND}`,
      kept: Math.max(...rounds.tool.map(busiest)) <= LOOKS_PER_SECOND,
    },
  ]
}

const whole = (value: number): string => String(Math.round(value))

export function failingRows(all: readonly Failing[]): readonly Row[] {
  const seen = both(all)
  const beyond = ({ back, traefik }: Failing): number => back - traefik
  const row = (what: string, of: (each: Failing) => number, show: (value: number) => string): Row => ({
    what,
    tool: spread(seen.tool.map(of), show),
    script: spread(seen.script.map(of), show),
  })
  return [
    row('the new side dies in the soak: until it knows', ({ noticed }) => noticed, seconds),
    {
      ...row('  gate fails → visitors back, beyond Traefik', beyond, seconds),
      limit: `under ${seconds(BEYOND_TRAEFIK_MS)}`,
      kept: median(seen.tool.map(beyond)) < BEYOND_TRAEFIK_MS,
    },
    row('    until the file is written back', ({ written }) => written, seconds),
    row('    Traefik', ({ traefik }) => traefik, seconds),
    row('  visitors without an answer, in all', ({ lost }) => lost, whole),
    row('  and since it knew', ({ lostAfterNoticed }) => lostAfterNoticed, whole),
  ]
}

export function killedRows(all: readonly Killed[]): readonly Row[] {
  return [...new Set(all.map(({ moment }) => moment))].flatMap((moment) => {
    const [tool, script] = ['jmc-migrate', 'script'].map((name) => all.find((each) => each.contender === name && each.moment === moment))
    const row = (what: string, show: (killed: Killed) => string): Row => ({
      what,
      tool: tool ? show(tool) : 'not measured',
      script: script ? show(script) : 'not measured',
    })
    const when = moment === 'router-written' ? 'the router was written' : 'the job was stopped'
    return [
      {
        ...row(`killed (SIGKILL) as ${when}: visitors lost while nobody acts`, ({ lostAlone }) => String(lostAlone)),
        limit: '0',
        ...(tool && { kept: tool.lostAlone === 0 }),
      },
      {
        ...row('  visitors lost in all', ({ lost, sent }) => `${lost} of ${sent}`),
        limit: '0',
        ...(tool && { kept: tool.lost === 0 }),
      },
      row('  then', ({ command }) => command),
      row('  it took', ({ took }) => seconds(took)),
      {
        ...row('  not as it should be then', ({ left }) => (left.length === 0 ? 'nothing' : `${left.length} things`)),
        ...(tool && { kept: tool.left.length === 0 }),
      },
    ]
  })
}
