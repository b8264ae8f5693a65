import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, test } from 'vitest'
import { createHost } from '../../../src/adapters/ssh/host.ts'
import { runProcess } from '../../../src/adapters/ssh/process-runner.ts'
import type { HostUnits } from '../../../src/domain/ports/units.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A host whose systemctl is this shell text; without text it has none. */
function unitsWith(systemctl: string | undefined): HostUnits {
  const folder = mkdtempSync(join(tmpdir(), 'systemctl-'))
  folders.push(folder)
  if (systemctl !== undefined) {
    writeFileSync(join(folder, 'systemctl'), `#!/bin/sh\n${systemctl}\n`)
    chmodSync(join(folder, 'systemctl'), 0o755)
  }
  return createHost({
    name: 'hestia',
    ssh: 'hestia',
    run: (_file, args, options) => runProcess('env', [`PATH=${folder}:/usr/bin:/bin`, 'sh', '-c', args.at(-1) ?? ''], options),
  }).units
}

/** What systemd 252 shows of a unit that runs as this process. */
const showing = (pid: number): string =>
  `case "$*" in *show*) printf '%s\\n' Id=x.service LoadState=loaded ActiveState=active UnitFileState=enabled MainPID=${pid} FragmentPath=/x 'ExecStart={ path=/x ; argv[]=/x -a b ; ignore_errors=no ; start_time=[n/a] }' ;; *cat*) printf '# /x\\n[Unit]\\n\\nA=b\\n' ;; esac`

describe('what a host shows', () => {
  test('is the process as it is: gone when it is gone, and no other that has its number', async () => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' })
    const units = unitsWith(showing(child.pid ?? 0))
    const { process: seen = '' } = await units.read('x')
    expect(seen).toMatch(new RegExp(`^${child.pid}:\\d+$`))
    expect((await units.read('x', { processes: [seen, `${child.pid}:1`] })).living).toEqual([seen])
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
    expect(await units.read('x', { processes: [seen] })).toMatchObject({ process: undefined, living: [] })
  })

  test.each(['127.0.0.1', '::'])('is who listens on %s', async (host) => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, host, resolve))
    const { port } = server.address() as AddressInfo
    const units = unitsWith(showing(1))
    expect((await units.read('x', { ports: [port] })).listening).toEqual([port])
    await new Promise((resolve) => server.close(resolve))
    expect((await units.read('x', { ports: [port] })).listening).toEqual([])
  })

  test('keeps empty lines and drop-ins of its file apart from its properties', async () => {
    expect(await unitsWith(showing(1)).read('x')).toMatchObject({
      content: '# /x\n[Unit]\n\nA=b\n',
      command: ['/x', '-a', 'b'],
      file: '/x',
    })
  })
})

describe('what systemd refuses', () => {
  it.each([
    ['no systemctl', undefined, 'systemd-missing'],
    ['no systemd', "echo 'System has not been booted with systemd as init system (PID 1).' >&2; exit 1", 'systemd-missing'],
    ['no bus', "echo 'Failed to connect to bus: No such file or directory' >&2; exit 1", 'systemd-missing'],
  ])('%s', async (_, systemctl, code) => {
    const units = unitsWith(systemctl)
    const refused = { problems: [{ code, effect: 'no' }] }
    await expect(units.read('nomad')).rejects.toMatchObject(refused)
    await expect(units.stop('nomad')).rejects.toMatchObject(refused)
  })

  it.each([
    ['a right', 'Failed to stop x.service: Interactive authentication required.', 'unit-not-allowed', 'no'],
    ['a unit that is not there', 'Failed to stop x.service: Unit x.service not loaded.', 'unit-refused', 'no'],
    [
      'a stop that failed: a part of it may have happened',
      'Job for x.service failed because a timeout was exceeded.',
      'unit-refused',
      'unknown',
    ],
  ])('%s', async (_, said, code, effect) => {
    const units = unitsWith(`echo '${said}' >&2; exit 1`)
    await expect(units.stop('x')).rejects.toMatchObject({
      problems: [{ code, effect, details: [said], attempted: 'stop unit x on hestia' }],
    })
  })
})

it.each(['', 'a b', '--help', "x';reboot;'", '$(reboot)', 'a/b', 'a\nb'])('%j is no name of a unit', async (name) => {
  const units = unitsWith('echo reached >&2; exit 1')
  for (const work of [units.read(name), units.stop(name), units.disable(name)])
    await expect(work).rejects.toMatchObject({ problems: [{ code: 'unit-name-invalid', effect: 'no' }] })
})

it.each([
  ['nomad', 'nomad.service'],
  ['nomad@hestia', 'nomad@hestia.service'],
  ['nomad.socket', 'nomad.socket'],
  ['nomad-1.11', 'nomad-1.11.service'],
])('%s is unit %s, whose name is an argument and nothing else', async (name, expected) => {
  const units = unitsWith(`for each; do last=$each; done; echo "Unit $last not loaded." >&2; exit 5`)
  await expect(units.stop(name)).rejects.toMatchObject({ problems: [{ details: [`Unit ${expected} not loaded.`] }] })
})
