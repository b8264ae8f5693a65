import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bundle } from './command.ts'
import { bundle } from './command.ts'
import type { Workplace } from './workplace.ts'
import { PLAN, runFolder, workplace } from './workplace.ts'

let built: Bundle
beforeAll(async () => void (built = await bundle()), 60_000)
afterAll(() => built.remove())

interface Refusal {
  readonly given: string
  readonly spoil?: (place: Workplace) => Promise<void>
  readonly argv: readonly string[]
  readonly exit: number
  readonly says: readonly string[]
  /** It is known before anything is kept: not even a folder is left. */
  readonly leaves?: 'nothing'
}

const RUN = ['run', PLAN, '--lab', '--yes']
const REFUSALS: readonly Refusal[] = [
  {
    given: 'no plan file',
    argv: ['run', 'plans/absent.yaml', '--lab', '--yes'],
    exit: 65,
    says: ['error[plan-missing]', 'plans/absent.yaml'],
    leaves: 'nothing',
  },
  {
    given: 'a plan that is not YAML',
    spoil: (place) => writeFile(place.path(PLAN), 'steps: [deploy\nstates: }'),
    argv: RUN,
    exit: 65,
    says: ['error[', `${PLAN}:`],
  },
  {
    given: 'a tab in the indentation',
    spoil: (place) => place.edit(PLAN, '  kubernetes: { context: default', '\tkubernetes: { context: default'),
    argv: RUN,
    exit: 65,
    says: ['tab', `${PLAN}:`],
  },
  {
    given: 'an unknown step kind',
    spoil: (place) => place.edit(PLAN, '    stop-nomad-job:', '    stop-nomad-jobs:'),
    argv: RUN,
    exit: 65,
    says: ['stop-nomad-jobs', 'stop-nomad-job', `${PLAN}:`],
    leaves: 'nothing',
  },
  {
    given: 'unset variables',
    argv: ['run', PLAN, '--yes'],
    exit: 1,
    says: ['error[unset-variable]', 'NOMAD_ADDR', 'NOMAD_TOKEN'],
    leaves: 'nothing',
  },
  { given: 'neither a terminal nor --yes', argv: ['run', PLAN, '--lab'], exit: 64, says: ['--yes'] },
  { given: 'an unknown state', argv: [...RUN, '--to', 'k8s'], exit: 64, says: ['error[unknown-state]', 'k8s-only'] },
  { given: 'an unknown fault', argv: [...RUN, '--lab-fault', 'pods-crush'], exit: 64, says: ['pods-crash'] },
  { given: 'a rollback of nothing', argv: ['rollback', PLAN, '--lab', '--yes'], exit: 1, says: ['error[no-run]'], leaves: 'nothing' },
]

describe.concurrent('refused with a reason, and nothing is done', () => {
  it.for(REFUSALS)('$given: exit $exit', { timeout: 60_000 }, async ({ spoil, argv, exit, says, leaves }) => {
    const place = await workplace(built)
    await spoil?.(place)
    const plan = await readFile(place.path(PLAN), 'utf8')
    const ended = await place.run(...argv)
    expect(ended.code, ended.stdout + ended.stderr).toBe(exit)
    for (const each of says) expect(ended.stderr).toContain(each)
    expect(await readFile(place.path(PLAN), 'utf8')).toBe(plan)
    // Where it got as far as to start the lab, the lab's servers were not written to.
    expect(await untouched(place)).toBe(true)
    if (leaves === 'nothing') expect(existsSync(place.path('plans/.jmc-migrate'))).toBe(false)
  })
})

async function untouched(place: Workplace): Promise<boolean> {
  const file = place.path('plans/.jmc-migrate/jayne-martin-counselling.lab/world/world.json')
  if (!existsSync(file)) return (await runFolder(place)) === undefined
  const { kubernetes, nomad } = JSON.parse(await readFile(file, 'utf8'))
  return kubernetes.writes === 0 && nomad.writes === 0
}
