import type { HostUnit, HostUnits } from '../../domain/ports/units.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Answer } from './answer.ts'
import type { Commands } from './commands.ts'
import type { Attempt } from './connection-problem.ts'
import { DISABLE_UNIT, READ_UNIT, STOP_UNIT } from './scripts/index.ts'
import { unitProblem } from './unit-problem.ts'

const READ_TIMEOUT_MS = 45_000
/** systemd itself gives a unit 90 s to stop before it kills it (TimeoutStopSec), and a unit may say more. */
const STOP_TIMEOUT_MS = 330_000

/** A unit's name as systemd takes it (systemd.unit(5)); a name without a suffix is a service's. */
const UNIT = /^[\w:@\\][\w:.@\\-]*$/
const SUFFIX = /\.(service|socket|target|timer|mount|path|slice|scope|device|automount|swap)$/

export function createUnits(commands: Commands, attempt: (what: string, writes?: boolean) => Attempt): HostUnits {
  const ask = async (script: string, operation: string, args: readonly string[], about: Attempt): Promise<Answer> => {
    const timeoutMs = about.writes ? STOP_TIMEOUT_MS : READ_TIMEOUT_MS
    const answer = await commands.ask({ script, operation, args, timeoutMs }, about)
    if (answer.status !== 'ok') throw new ProblemError(unitProblem(args[0] ?? '', about, answer))
    return answer
  }
  return {
    async read(name, { processes = [], ports = [] } = {}) {
      const about = attempt(`look at unit ${name}`)
      const unit = fullName(name, about)
      return unitOf(unit, await ask(READ_UNIT, 'read-unit', [unit, processes.join(','), ports.join(',')], about))
    },
    async stop(name) {
      const about = attempt(`stop unit ${name}`, true)
      await ask(STOP_UNIT, 'stop-unit', [fullName(name, about)], about)
    },
    async disable(name) {
      const about = attempt(`disable unit ${name}`, true)
      await ask(DISABLE_UNIT, 'disable-unit', [fullName(name, about)], about)
    },
  }
}

function fullName(name: string, { attempted }: Attempt): string {
  if (UNIT.test(name)) return SUFFIX.test(name) ? name : `${name}.service`
  throw new ProblemError({
    code: 'unit-name-invalid',
    summary: `${JSON.stringify(name)} is no name of a systemd unit`,
    attempted,
    next: ['name the unit as systemctl does: nomad, or nomad.service'],
    effect: 'no',
  })
}

/** `{ path=/usr/bin/nomad ; argv[]=/usr/bin/nomad agent -config /etc/nomad.d ; ignore_errors=no ; … }` */
const ARGUMENTS = /argv\[\]=(.*?) ; ignore_errors=/

function unitOf(name: string, { bytes, fields }: Answer): HostUnit {
  const text = bytes.toString('utf8')
  const end = text.indexOf('\n\n')
  const shown = end === -1 ? text : text.slice(0, end)
  const property = (key: string): string => new RegExp(`^${key}=(.*)$`, 'm').exec(shown)?.[1] ?? ''
  return {
    name,
    load: property('LoadState'),
    active: property('ActiveState'),
    enabled: property('UnitFileState'),
    process: fields['process'] || undefined,
    file: property('FragmentPath'),
    content: end === -1 ? '' : text.slice(end + 2),
    command: ARGUMENTS.exec(property('ExecStart'))?.[1]?.split(' ') ?? [],
    living: listed(fields['living']),
    listening: listed(fields['listening']).map(Number),
    isRoot: fields['uid'] === '0',
    hostName: fields['host'] ?? '',
    addresses: (fields['addresses'] ?? '').split(' ').filter((each) => each !== ''),
  }
}

const listed = (text: string | undefined): readonly string[] => (text ?? '').split(',').filter((each) => each !== '')
