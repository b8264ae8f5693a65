import { existsSync } from 'node:fs'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { JournalRecord } from '../../src/domain/records.ts'
import type { Bundle, Ended, Started } from './command.ts'
import { start } from './command.ts'

const repository = fileURLToPath(new URL('../..', import.meta.url))

/** As it is typed in a workplace. */
export const PLAN = 'plans/jayne-martin-counselling.yaml'
export const EDGE_FIXTURE = join(repository, 'fixtures/jayne-martin-counselling/edge/dynamic_conf.yml')
const JOB = 'fixtures/jayne-martin-counselling/nomad/job.json'
const STATE = 'plans/.jmc-migrate/jayne-martin-counselling.lab'

/** A copy of the repository's plans and fixtures: what commands leave behind stays in it. It ends with the bundle at the latest. */
export interface Workplace {
  readonly folder: string
  path(...parts: readonly string[]): string
  start(...argv: readonly string[]): Started
  run(...argv: readonly string[]): Promise<Ended>
  /** Replaces the one place where `from` stands in a file. */
  edit(file: string, from: string, to: string): Promise<void>
  remove(): Promise<void>
}

export async function workplace({ entry, folder: parent }: Bundle): Promise<Workplace> {
  const folder = await mkdtemp(join(parent, 'work-'))
  for (const name of ['plans', 'fixtures'])
    await cp(join(repository, name), join(folder, name), { recursive: true, filter: (source) => basename(source) !== '.jmc-migrate' })
  const path = (...parts: readonly string[]): string => join(folder, ...parts)
  const begin = (...argv: readonly string[]): Started => start(entry, folder, argv)
  return {
    folder,
    path,
    start: begin,
    run: (...argv) => begin(...argv).ended,
    edit: async (file, from, to) => {
      const text = await readFile(path(file), 'utf8')
      if (text.split(from).length !== 2) throw new Error(`${JSON.stringify(from)} stands not once in ${file}`)
      await writeFile(
        path(file),
        text.replace(from, () => to),
      )
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** The same with short waits, where a test is not about them: gates look often, nothing is held long, the job stops at once. */
export async function quickWorkplace(bundle: Bundle): Promise<Workplace> {
  const place = await workplace(bundle)
  await place.edit(PLAN, 'soak: { hold: 5m, failureThreshold: 2 }', 'soak: { hold: 200ms, interval: 100ms, failureThreshold: 1 }')
  await place.edit(PLAN, 'interval: 1s', 'interval: 100ms')
  await place.edit(PLAN, 'successThreshold: 5', 'successThreshold: 2')
  await place.edit(JOB, '"ShutdownDelay": 20000000000', '"ShutdownDelay": 0')
  return place
}

/** The file of the lab's edge. */
export const edgeFile = (place: Workplace): Promise<string> =>
  readFile(place.path(STATE, 'world/hestia/mnt/docker/traefik/traefik/dynamic_conf.yml'), 'utf8')

/** What the lab's servers remember, as far as the tests look. */
export interface WorldOnDisk {
  readonly kubernetes: { readonly writes: number; readonly objects: Readonly<Record<string, unknown>> }
  readonly nomad: { readonly writes: number; readonly jobs: readonly unknown[] }
}

export const world = async (place: Workplace): Promise<WorldOnDisk> =>
  JSON.parse(await readFile(place.path(STATE, 'world/world.json'), 'utf8'))

export const worldFolder = (place: Workplace): string => place.path(STATE, 'world')

/** The folder of the last run; undefined before one has begun. */
export async function runFolder(place: Workplace): Promise<string | undefined> {
  const runs = place.path(STATE, 'runs')
  const last = existsSync(runs) ? (await readdir(runs)).sort().at(-1) : undefined
  return last === undefined ? undefined : join(runs, last)
}

export async function journalFile(place: Workplace): Promise<string> {
  const folder = await runFolder(place)
  if (folder === undefined) throw new Error('no run has begun')
  return join(folder, 'journal.jsonl')
}

/** The records of the last run's journal; a line that is not whole is left out. */
export async function records(place: Workplace): Promise<readonly JournalRecord[]> {
  const folder = await runFolder(place)
  const file = folder === undefined ? undefined : join(folder, 'journal.jsonl')
  if (file === undefined || !existsSync(file)) return []
  const whole = (await readFile(file, 'utf8')).split('\n').slice(0, -1)
  return whole.map((line) => (JSON.parse(line) as { readonly record: JournalRecord }).record)
}

/** The events of a command with --json: each line one object. */
export function events(ended: Ended): readonly Readonly<Record<string, unknown>>[] {
  return ended.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
}
