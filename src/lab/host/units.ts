import type { HostCommand } from './command.ts'
import type { ShellAnswer } from './shell.ts'

/** A service of the lab's host, as data that survives the process. */
export interface LabUnit {
  active: boolean
  enabled: boolean
  readonly pid: number
  /** TCP ports that it listens on while it is active. */
  readonly ports: readonly number[]
  /** Of its file, and the command in it. */
  readonly file: string
  readonly content: string
  readonly command: string
}

/** The lab's systemd: it knows `show`, `cat`, `stop` and `disable`, as far as the ssh adapter's unit scripts ask for them. */
export interface LabUnits {
  readonly hostName: string
  /** By full name: `nomad.service`. */
  readonly units: Readonly<Record<string, LabUnit>>
  /** Called after each change. */
  readonly changed: () => void
}

export const UNIT_OPERATIONS: readonly string[] = ['read-unit', 'stop-unit', 'disable-unit']

/** The agent of the lab's Nomad, as the package of Debian has it. */
export const nomadUnit = (port: number): LabUnit => ({
  active: true,
  enabled: true,
  pid: 4242,
  ports: [port],
  file: '/lib/systemd/system/nomad.service',
  command: '/usr/bin/nomad agent -config /etc/nomad.d',
  content: [
    '# /lib/systemd/system/nomad.service',
    '[Unit]',
    'Description=Nomad',
    '[Service]',
    'ExecStart=/usr/bin/nomad agent -config /etc/nomad.d',
    'KillMode=process',
    'KillSignal=SIGINT',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n'),
})

/** What the adapter's unit script would answer here; the words are systemd's own (test/lab/host/units.test.ts holds both to one contract). */
export function answerUnit({ operation, nonce, args, become }: HostCommand, host: LabUnits): ShellAnswer {
  const [name = '', processes = '', ports = ''] = args
  const unit = host.units[name]
  const say = (text: string): ShellAnswer => ({ exitCode: 0, stdout: Buffer.from(text), stderr: '' })
  const result = (status: string, ...fields: readonly string[]): string => `\n${[nonce, status, ...fields].join('\t')}\n`
  if (operation === 'read-unit') {
    const living = listed(processes).filter((each) => unit?.active === true && each === processOf(unit))
    const open = new Set(Object.values(host.units).flatMap((each) => (each.active ? each.ports : [])))
    const listening = listed(ports).filter((each) => open.has(Number(each)))
    const fields = [
      `process=${unit?.active === true ? processOf(unit) : ''}`,
      `living=${living.join(',')}`,
      `listening=${listening.join(',')}`,
      `uid=${become ? 0 : 1000}`,
      `host=${host.hostName}`,
      'addresses=127.0.0.1',
    ]
    return say(`\n${nonce} begin\n${shown(name, unit)}\n\n${unit?.content ?? ''}${result('ok', ...fields)}`)
  }
  const verb = operation === 'stop-unit' ? 'stop' : 'disable'
  if (unit === undefined)
    return say(
      result(
        'refused',
        `detail=${verb === 'stop' ? `Failed to stop ${name}: Unit ${name} not loaded.` : `Failed to disable unit: Unit file ${name} does not exist.`}`,
      ),
    )
  if (!become) return say(result('refused', `detail=Failed to ${verb} ${name}: Interactive authentication required.`))
  if (verb === 'stop' && unit.active) {
    unit.active = false
    host.changed()
  }
  if (verb === 'disable' && unit.enabled) {
    unit.enabled = false
    host.changed()
  }
  return say(result('ok'))
}

const listed = (text: string): readonly string[] => text.split(',').filter((each) => each !== '')
const processOf = ({ pid }: LabUnit): string => `${pid}:100`

function shown(name: string, unit: LabUnit | undefined): string {
  const path = unit?.command.split(' ')[0] ?? ''
  return [
    `Id=${name}`,
    `LoadState=${unit ? 'loaded' : 'not-found'}`,
    `ActiveState=${unit?.active === true ? 'active' : 'inactive'}`,
    `SubState=${unit?.active === true ? 'running' : 'dead'}`,
    `UnitFileState=${unit === undefined ? '' : unit.enabled ? 'enabled' : 'disabled'}`,
    `MainPID=${unit?.active === true ? unit.pid : 0}`,
    `FragmentPath=${unit?.file ?? ''}`,
    ...(unit
      ? [
          `ExecStart={ path=${path} ; argv[]=${unit.command} ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }`,
        ]
      : []),
  ].join('\n')
}
