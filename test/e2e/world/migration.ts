import { readdirSync, statSync } from 'node:fs'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse, parseDocument } from 'yaml'
import type { JournalEntry, JournalRecord } from '../../../src/domain/records.ts'
import type { Ended, Started } from '../command.ts'
import { SITE } from './addresses.ts'
import { NEW_BODY } from './bodies.ts'
import { startCommand } from './command-line.ts'
import type { JobChanges } from './nomad-job.ts'
import { jobForWorld, registerJob } from './nomad-job.ts'
import { IMAGES } from './tools/images.ts'
import type { World } from './world.ts'

const repository = fileURLToPath(new URL('../../..', import.meta.url))
const NAME = 'jayne-martin-counselling'
/** As they are typed in a migration's folder: visitors switched at once, and in portions. */
export const PLAN = `plans/${NAME}.yaml`
export const PORTIONS = `plans/${NAME}-in-portions.yaml`
const JOB = `fixtures/${NAME}/nomad/job.json`
/** The manifest of the new side, and where its container stands in it: for a bad image or a pod that crashes (`CRASH` in its environment). */
export const DEPLOYMENT = `fixtures/${NAME}/kubernetes/deployment.yaml`
export const CONTAINER = ['spec', 'template', 'spec', 'containers', 0] as const
export type Change = readonly [path: readonly (string | number)[], value: unknown]
/** Longest wait until the edge serves the job: its catalog is asked every 15 s at most. */
const SERVED_MS = 40_000

/** Waits of the plan that are not what a test is about. */
export interface MigrationOptions {
  /** `PLAN` unless told. */
  readonly plan?: typeof PLAN | typeof PORTIONS
  /** The hold of each soak, as a plan says it. */
  readonly hold?: string
  readonly job?: JobChanges
}

/** The seed migration in one world: the repository's plan and fixtures in a folder of their own, and the job running in Nomad. */
export interface Migration {
  readonly folder: string
  /** The plan's file, as it is typed in the folder. */
  readonly plan: string
  path(...parts: readonly string[]): string
  /** Starts `jmc-migrate ...argv` in the world. */
  start(...argv: readonly string[]): Started
  run(...argv: readonly string[]): Promise<Ended>
  /** Replaces the one place where `from` stands in a file. */
  edit(file: string, from: string, to: string): Promise<void>
  /** Changes values of a YAML file (`[[...CONTAINER, 'image'], 'jmc.test/none:1']`); its comments stay. */
  editYaml(file: string, changes: readonly Change[]): Promise<void>
  /** The edge's file, byte for byte. */
  edgeFile(): Promise<Buffer>
  /** The records of the last run's journal; a line that is not whole is left out. */
  records(): Promise<readonly JournalRecord[]>
  /** The same with the time of each. */
  entries(): Promise<readonly JournalEntry[]>
  /** What a visitor of the site is answered now. */
  visit(path?: string): Promise<{ readonly status: number; readonly body: string }>
}

/** `entry` is the bundled command line (`bundle()` in ../command.ts). One world holds one migration at a time. */
export async function prepareMigration(world: World, entry: string, options: MigrationOptions = {}): Promise<Migration> {
  const folder = join(world.folder, 'migration')
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder)
  for (const name of ['plans', 'fixtures'])
    await cp(join(repository, name), join(folder, name), { recursive: true, filter: (source) => basename(source) !== '.jmc-migrate' })
  const migration = migrationIn(world, entry, folder, options.plan ?? PLAN)
  await migration.editYaml(migration.plan, planForWorld(world, await stepsOf(migration), options))
  await migration.editYaml(DEPLOYMENT, IMAGE_IN_THE_WORLD)
  await registerJob(world, await jobForWorld(world, migration.path(JOB), options.job))
  await servedBy(migration, 'nomad')
  return migration
}

/** What differs from the plan that the users run: addresses, credentials and waits. */
const planForWorld = (world: World, steps: readonly Step[], { hold = '2s' }: MigrationOptions): readonly Change[] => [
  [['site', 'ca'], world.edge.authorityFile],
  [['targets', 'kubernetes', 'context'], world.kubernetes.context],
  [['targets', 'hosts', 'hestia'], { ssh: world.ssh.host, sshConfig: world.ssh.config }],
  [['targets', 'edge', 'visitors'], world.edge.visitors],
  ...steps.flatMap((step, index): readonly Change[] => [
    ...('verify-ingress' in step ? [[['steps', index, 'verify-ingress', 'address'], world.ingress.address] as const] : []),
    ...('compare-sides' in step ? [[['steps', index, 'compare-sides', 'fine'], THEY_SAY_WHO_THEY_ARE] as const] : []),
    ...('soak' in step ? [[['steps', index, 'soak', 'hold'], hold] as const] : []),
  ]),
]

const THEY_SAY_WHO_THEY_ARE = [{ path: '/', what: 'body', because: 'here each side says which one it is' }]

/** A step as the plan's file has it. */
export type Step = { readonly id: string } & Readonly<Record<string, unknown>>

export const stepsOf = async (migration: Migration): Promise<readonly Step[]> =>
  (parse(await readFile(migration.path(migration.plan), 'utf8')) as { readonly steps: readonly Step[] }).steps

/** The image that is in the world, saying who it is. */
const IMAGE_IN_THE_WORLD: readonly Change[] = [
  [[...CONTAINER, 'image'], IMAGES.site],
  [[...CONTAINER, 'imagePullPolicy'], 'IfNotPresent'],
  [
    [...CONTAINER, 'env'],
    [
      { name: 'PORT', value: '80' },
      { name: 'TEXT', value: NEW_BODY },
    ],
  ],
  [['spec', 'template', 'spec', 'terminationGracePeriodSeconds'], 2],
]

function migrationIn(world: World, entry: string, folder: string, plan: string): Migration {
  const path = (...parts: readonly string[]): string => join(folder, ...parts)
  const start = (...argv: readonly string[]): Started => startCommand(world, [entry, ...argv], folder)
  const entries = journalIn(path(dirname(plan), '.jmc-migrate', basename(plan, '.yaml'), 'runs'))
  return {
    folder,
    plan,
    path,
    start,
    run: (...argv) => start(...argv).ended,
    edit: async (file, from, to) => {
      const text = await readFile(path(file), 'utf8')
      if (text.split(from).length !== 2) throw new Error(`${JSON.stringify(from)} stands not once in ${file}`)
      await writeFile(
        path(file),
        text.replace(from, () => to),
      )
    },
    editYaml: async (file, changes) => {
      const document = parseDocument(await readFile(path(file), 'utf8'))
      for (const [at, value] of changes) {
        if (!document.hasIn(at.slice(0, -1))) throw new Error(`${file} has no ${at.join('.')}`)
        document.setIn(at, value)
      }
      await writeFile(path(file), String(document))
    },
    edgeFile: () => readFile(world.edge.file),
    records: async () => (await entries()).map(({ record }) => record),
    entries,
    visit: async (at = '/') => {
      const { status, body } = await world.visitor.ask(`https://${SITE}${at}`)
      return { status, body }
    },
  }
}

/**
 * Reads the last run's journal; what was read stays read until there is more. Who waits for a record looks 200 times a second: at once, because going
 * through the thread pool takes ten times the processor.
 */
function journalIn(runs: string): () => Promise<readonly JournalEntry[]> {
  let known = { of: '', entries: [] as readonly JournalEntry[] }
  return async () => {
    const last = namesIn(runs).toSorted().at(-1)
    const file = last === undefined ? '' : join(runs, last, 'journal.jsonl')
    const found = last === undefined ? undefined : statSync(file, { throwIfNoEntry: false })
    if (found === undefined) return []
    const of = `${file} ${found.ino} ${found.size} ${found.mtimeMs}`
    if (known.of === of) return known.entries
    const whole = (await readFile(file, 'utf8')).split('\n').slice(0, -1)
    known = { of, entries: whole.map((line) => JSON.parse(line) as JournalEntry) }
    return known.entries
  }
}

function namesIn(folder: string): readonly string[] {
  return statSync(folder, { throwIfNoEntry: false }) === undefined ? [] : readdirSync(folder)
}

/** Waits until a visitor is answered by that side. */
export async function servedBy(migration: Migration, side: 'nomad' | 'kubernetes'): Promise<void> {
  const deadline = Date.now() + SERVED_MS
  for (;;) {
    const seen = await migration.visit().catch((error: unknown) => ({ status: 0, body: String(error) }))
    if (seen.status === 200 && seen.body.endsWith(side)) return
    if (Date.now() > deadline)
      throw new Error(`after ${SERVED_MS / 1000} s a visitor is not answered by ${side}: ${seen.status} ${seen.body}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
