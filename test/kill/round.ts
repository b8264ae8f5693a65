import { readFile } from 'node:fs/promises'
import type { Bundle, Ended, Started } from '../e2e/command.ts'
import type { Workplace } from '../e2e/workplace.ts'
import { EDGE_FIXTURE, edgeFile, events, PLAN, records, world } from '../e2e/workplace.ts'
import { keepLab } from './kept-lab.ts'
import type { Visitor } from './visitor.ts'
import { visit } from './visitor.ts'

export type Afterwards = 'run' | 'rollback'

/** When a run is killed: resolves at that moment, or once the run has ended by itself. */
export type Moment = (place: Workplace, run: Started) => Promise<void>

export interface Round {
  /** How it ended, in few words, to be counted. */
  readonly how: string
  /** Records in the journal when the run was killed. */
  readonly records: number
  /** Everything that was not right; empty is what must be. */
  readonly wrong: readonly string[]
  readonly visits: number
}

/** A fresh lab, a run that is killed at `moment`, a second command in a new process, and what the world is then. */
export const round = (built: Bundle, moment: Moment, afterwards: Afterwards): Promise<Round> =>
  play(built, async (place) => place.start('run', PLAN, '--lab', '--yes'), moment, afterwards)

/** The same with visitors on Kubernetes already, and a rollback that is killed. */
export const roundOfRollback = (built: Bundle, moment: Moment): Promise<Round> => play(built, rollbackFromKubernetes, moment, 'rollback')

async function rollbackFromKubernetes(place: Workplace): Promise<Started> {
  const there = await place.run('run', PLAN, '--lab', '--yes', '--to', 'k8s-only')
  if (there.code !== 0) throw new Error(`run --to k8s-only ended with ${there.code}: ${there.stdout}${there.stderr}`)
  return place.start('rollback', PLAN, '--lab', '--yes')
}

async function play(built: Bundle, begin: (place: Workplace) => Promise<Started>, moment: Moment, afterwards: Afterwards): Promise<Round> {
  const lab = await keepLab(built)
  const { place } = lab
  const visitor = visit(lab)
  try {
    const run = await begin(place)
    await moment(place, run)
    run.signal('SIGKILL')
    const killed = (await run.ended).code === undefined
    const known = await records(place)
    const ended = await place.run(afterwards, PLAN, '--lab', '--yes', '--json')
    const verdict = afterwards === 'run' ? await judgeRun(ended, visitor) : await judgeRollback(ended, place, visitor)
    const { right, wrong } = await visitor.leave()
    const seen = wrong.map((each) => `a visitor saw ${each}`)
    const story = [
      `killed after ${known.length} records (${known.at(-1)?.type ?? 'none'}), then ${afterwards}: ${ended.stdout}${ended.stderr}`,
    ]
    const all = [...verdict.wrong, ...seen]
    return {
      how: `${killed ? 'killed' : 'ended by itself'}, then ${verdict.how}`,
      records: known.length,
      wrong: all.length === 0 ? [] : [...all, ...story],
      visits: right,
    }
  } finally {
    await visitor.leave()
    await lab.close()
  }
}

interface Verdict {
  readonly how: string
  readonly wrong: readonly string[]
}

const unless = (right: boolean, wrong: string): readonly string[] => (right ? [] : [wrong])

async function judgeRun(ended: Ended, visitor: Visitor): Promise<Verdict> {
  const result = JSON.stringify(events(ended).at(-1)?.['result'])
  const side = await visitor.servedBy()
  return {
    how: 'run to nomad-removed',
    wrong: [
      ...unless(ended.code === 0, `run ended with ${ended.code}`),
      ...unless(result?.includes('"state":"nomad-removed"') === true, `run ended as ${result}`),
      ...unless(side === 'kubernetes', `visitors are served by ${side}`),
    ],
  }
}

/** Once Nomad has lost the job there is no way back; before the first record there is nothing to roll back; everything else comes back whole. */
async function judgeRollback(ended: Ended, place: Workplace, visitor: Visitor): Promise<Verdict> {
  const known = await records(place)
  const { kubernetes, nomad } = await world(place)
  const gone = nomad.jobs.length === 0
  if (gone) {
    const refused = ended.code === 1 && ended.stdout.includes('"past-the-boundary"')
    return { how: 'rollback refused: past the boundary', wrong: unless(refused, `rollback past the boundary ended with ${ended.code}`) }
  }
  const begun = known.some((record) => record.type === 'run-started')
  const right = begun ? ended.code === 0 : ended.code === 1 && ended.stdout.includes('"no-run"')
  const side = await visitor.servedBy()
  const ours = Object.keys(kubernetes.objects).filter((key) => key.includes('jayne-martin-counselling'))
  return {
    how: begun ? 'rolled back' : 'nothing to roll back',
    wrong: [
      ...unless(right, `rollback ended with ${ended.code}`),
      ...unless((await edgeFile(place)) === (await readFile(EDGE_FIXTURE, 'utf8')), 'the edge file is not what it was'),
      ...unless(side === 'nomad', `visitors are served by ${side}`),
      ...unless(nomad.jobs.length === 1, `Nomad holds ${nomad.jobs.length} jobs`),
      ...unless(ours.length === 0, `left in Kubernetes: ${ours.join(', ')}`),
    ],
  }
}
