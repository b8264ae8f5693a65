import { PLAN } from '../test/e2e/world/migration.ts'
import { recorded } from '../test/e2e/migration/moments.ts'
import type { Contender, Moment } from './contender.ts'
import type { ToolEvent } from './tool-events.ts'
import { readEvents, waitOf } from './tool-events.ts'
import { DOORS } from './witness/doors.ts'

const JOB = 'jayne-martin-counselling'
const WENT_WRONG: ReadonlySet<string> = new Set(['gate-failed', 'watch-tripped', 'rollback-started'])

/** jmc-migrate, as its users run it. */
export const tool: Contender = {
  name: 'jmc-migrate',
  prepare: ({ migration, holdInterval }) =>
    migration.editYaml(PLAN, [
      [['targets', 'nomad', 'address'], `http://${DOORS.nomad}`],
      [['targets', 'edge', 'api'], `http://${DOORS.traefik}`],
      [['targets', 'edge', 'visitors'], DOORS.visit],
      [['steps', 3, 'soak', 'interval'], `${holdInterval}ms`],
    ]),
  command: (direction) => (direction === 'run' ? `jmc-migrate run PLAN --yes --confirm ${JOB}` : 'jmc-migrate rollback PLAN --yes'),
  start: ({ migration }, direction) =>
    direction === 'run'
      ? migration.start('run', PLAN, '--yes', '--confirm', JOB, '--json')
      : migration.start('rollback', PLAN, '--yes', '--json'),
  soaks: ({ migration }, started) => recorded(migration, started, { type: 'wait-started', step: 'soak' }),
  told: (_setting, stdout) => {
    const events = readEvents(stdout)
    return events.flatMap((event) => moment(event, events))
  },
  decided: (stdout) => readEvents(stdout).find(({ type }) => WENT_WRONG.has(type))?.at,
  record: async ({ migration }) => {
    const { stdout } = await migration.run('status', PLAN)
    const [first = ''] = stdout.split('\n')
    const step = /^ +▶ (.*)/m.exec(stdout)?.[1] ?? ''
    return `status: ${first}; ${step.replaceAll(/ +/g, ' ')}; and the commands to type`
  },
}

/** The ends of its parts. */
function moment(event: ToolEvent, events: readonly ToolEvent[]): readonly Moment[] {
  const { at, type, step = '', gate } = event
  const end = (what: string, waited = 0): readonly Moment[] => [{ at, what, waited }]
  switch (type) {
    case 'run-started':
      return end('start')
    case 'preflight-finished':
      return end('preflight')
    case 'watch-started':
      return end('preview')
    case 'gate-passed':
      return gate === 'before' ? end(`${step}: look before`) : end(`${step}: gate ${gate}`, waitOf(event, events))
    case 'effect-started':
      return end(`${step}: intent`)
    case 'effect-done':
      return end(`${step}: effect`)
    case 'finished':
      return end('end')
    default:
      return []
  }
}
