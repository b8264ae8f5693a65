import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseDocument } from 'yaml'
import type { Ended, Started } from '../command.ts'
import { startCommand } from '../world/command-line.ts'
import type { Change } from '../world/migration.ts'
import type { World } from '../world/world.ts'

const repository = fileURLToPath(new URL('../../..', import.meta.url))

export type Name = 'todo-app' | 'phase-iv.dev' | 'phase-iv.prod' | 'lumina' | 'todo-full'

/** One plan of an application in one world: the repository's plans and fixtures in a folder of their own. */
export interface Application {
  /** The plan's file, as it is typed in the folder. */
  readonly plan: string
  readonly path: (...parts: readonly string[]) => string
  /** Starts `jmc-migrate ...argv` in the world, with the variables that the plan asks for. */
  readonly start: (...argv: readonly string[]) => Started
  readonly run: (...argv: readonly string[]) => Promise<Ended>
  /** Changes values of a YAML file, the plan unless told; `undefined` takes one out. */
  readonly edit: (changes: readonly Change[], file?: string) => Promise<void>
  /** Replaces all variables of commands started from now on. */
  readonly give: (variables: Variables) => Promise<void>
}

export type Variables = Readonly<Record<string, string>>

/** What the plans ask for, each its own: made-up values that must not be seen anywhere. */
export const VARIABLES = Object.fromEntries(
  [
    'DATABASE_URL',
    'JWT_SECRET',
    'OPENAI_API_KEY',
    'COHERE_API_KEY',
    'BETTER_AUTH_SECRET',
    'JWT_SECRET_KEY',
    'SMTP_USER',
    'SMTP_PASS',
    'OPENROUTER_API_KEY',
  ].map((name) => [name, `made-up-${name.toLowerCase().replaceAll('_', '-')}-${crypto.randomUUID()}`]),
)

/** `entry` is the bundled command line. `folder` is made anew in the world's own; the plan's name unless told. */
export async function prepareApplication(world: World, entry: string, name: Name, folder: string = name): Promise<Application> {
  const place = join(world.folder, 'applications', folder)
  const path = (...parts: readonly string[]): string => join(place, ...parts)
  await rm(place, { recursive: true, force: true })
  await mkdir(place, { recursive: true })
  for (const part of ['plans', 'fixtures', 'policies'])
    await cp(join(repository, part), path(part), { recursive: true, filter: (source) => basename(source) !== '.jmc-migrate' })
  const plan = `plans/${name}.yaml`
  const variables = path('variables.env')
  const start = (...argv: readonly string[]): Started => startCommand(world, [`--env-file=${variables}`, entry, ...argv], place)
  const application: Application = {
    plan,
    path,
    start,
    run: (...argv) => start(...argv).ended,
    edit: (changes, file = plan) => editYaml(path(file), changes),
    give: (given) =>
      writeFile(
        variables,
        Object.entries(given)
          .map(([key, value]) => `${key}=${value}\n`)
          .join(''),
        { mode: 0o600 },
      ),
  }
  await application.give(VARIABLES)
  await application.edit([[['targets', 'kubernetes', 'context'], world.kubernetes.context], ...IN_THE_WORLD[name]])
  for (const [file, changes] of Object.entries(PULLED_IF_MISSING[name] ?? {})) await application.edit(changes, file)
  return application
}

const DEPLOY = 'deploy-to-kubernetes'

/** Values for the test cluster, as the plans' own folder has them. */
export const VALUES = {
  'todo-app': 'fixtures/todo-app/values/e2e.yaml',
  lumina: 'fixtures/lumina/values/e2e.yaml',
  'phase-iv backend': 'fixtures/phase-iv/todo-backend/values/e2e.yaml',
  'phase-iv frontend': 'fixtures/phase-iv/todo-frontend/values/e2e.yaml',
} as const

const pulledIfMissing = (...at: readonly string[]): Change => [[...at, 'image', 'pullPolicy'], 'IfNotPresent']

/** In production nobody may name a registry and never pull from it; here the image is on the node. By the file of values. */
const PULLED_IF_MISSING: Readonly<Partial<Record<Name, Readonly<Record<string, readonly Change[]>>>>> = {
  lumina: { [VALUES.lumina]: ['frontend', 'backend', 'chatbot'].map((component) => pulledIfMissing(component)) },
  'phase-iv.prod': { [VALUES['phase-iv backend']]: [pulledIfMissing()], [VALUES['phase-iv frontend']]: [pulledIfMissing()] },
}

/** What the world is too small for stays to be seen by a test, and is edited there. */
const IN_THE_WORLD: Readonly<Record<Name, readonly Change[]>> = {
  'todo-app': [[['steps', 0, DEPLOY, 'helm', 'values'], ['../fixtures/todo-app/values/e2e.yaml']]],
  'phase-iv.dev': phaseIvValues('dev'),
  'phase-iv.prod': phaseIvValues('prod'),
  lumina: [[['steps', 0, DEPLOY, 'helm', 'values'], ['../fixtures/lumina/values/e2e.yaml']]],
  'todo-full': [[['steps', 1, DEPLOY, 'kustomize', 'folder'], '../fixtures/todo-full/kubernetes/overlays/e2e']],
}

function phaseIvValues(environment: 'dev' | 'prod'): readonly Change[] {
  return ['backend', 'frontend'].map((component, index) => {
    const folder = `../fixtures/phase-iv/todo-${component}/values`
    return [
      ['steps', index + 1, DEPLOY, 'helm', 'values'],
      [`${folder}/${environment}.yaml`, `${folder}/e2e.yaml`],
    ]
  })
}

async function editYaml(file: string, changes: readonly Change[]): Promise<void> {
  const document = parseDocument(await readFile(file, 'utf8'))
  for (const [at, value] of changes) {
    if (!document.hasIn(at.slice(0, -1))) throw new Error(`${file} has no ${at.join('.')}`)
    if (value === undefined) document.deleteIn(at)
    else document.setIn(at, value)
  }
  await writeFile(file, String(document))
}
