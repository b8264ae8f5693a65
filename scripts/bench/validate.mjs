import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { runNode } from './process.mjs'

const NAME = 'jayne-martin-counselling'
const PLANS = 1_000

/** `validate` of many plans, from the start of the process to its end. Each plan and what it deploys has a name of its own: no two files are alike. */
export async function validatePlans({ folder, cli }) {
  const world = join(folder, 'many')
  const paths = []
  for (let index = 0; index < PLANS; index += 1) paths.push(await copyOf(folder, world, index))
  const none = await validate(cli, world, paths.slice(0, 1))
  const half = await validate(cli, world, paths.slice(0, PLANS / 2))
  const all = await validate(cli, world, paths)
  const growth = (all - none) / (half - none)
  return {
    rows: [
      { what: '500 plans validated', measured: half, unit: 'ms' },
      { what: '1,000 plans validated', measured: all, limit: 3_000, unit: 'ms' },
      { what: '1,000 plans against 500 (2 is linear)', measured: growth, limit: 2.4 },
    ],
    notes: [`1,000 plans: the whole command, with manifests and job of its own for each plan; one plan alone takes ${none.toFixed(0)} ms`],
  }
}

async function copyOf(folder, world, index) {
  const name = `${NAME}-${index}`
  const renamed = (text) => text.replaceAll(NAME, name)
  for (const path of await filesBelow(join(folder, 'fixtures', NAME))) {
    await put(join(world, 'fixtures', name, path), renamed(await readFile(join(folder, 'fixtures', NAME, path), 'utf8')))
  }
  const plan = join('plans', `${name}.yaml`)
  await put(join(world, plan), renamed(await readFile(join(folder, 'plans', `${NAME}.yaml`), 'utf8')))
  return plan
}

async function filesBelow(directory) {
  const found = await readdir(directory, { recursive: true, withFileTypes: true })
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(directory.length + 1))
}

async function put(path, text) {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

/** Milliseconds of one command; a plan that is not valid makes it fail. */
const validate = async (cli, cwd, paths) => (await runNode([cli, 'validate', ...paths], { cwd })).ms
