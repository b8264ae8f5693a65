import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createHost } from '../../../src/adapters/ssh/host.ts'
import type { ProcessRunner } from '../../../src/adapters/ssh/process-runner.ts'
import { runProcess } from '../../../src/adapters/ssh/process-runner.ts'
import type { HostUnits } from '../../../src/domain/ports/units.ts'
import { createLabHostRunner, nomadUnit } from '../../../src/lab/host/index.ts'

/** A host with one service, `nomad.service`: enabled, active, with a process. */
interface Setting {
  units(become: boolean): HostUnits
  close(): void
}

function lab(): Setting {
  const host = { hostName: 'hestia', units: { 'nomad.service': nomadUnit(4646) }, changed: () => undefined }
  const run = createLabHostRunner({ directory: '/', units: host })
  return {
    units: (become) => createHost({ name: 'hestia', ssh: 'hestia', run, ...(become && { become: 'sudo' }) }).units,
    close: () => undefined,
  }
}

/** The real scripts in a local `sh`, with the systemctl of the world of real servers, for which a sleep of that name is the agent. */
function shell(): Setting {
  const folder = mkdtempSync(join(tmpdir(), 'units-'))
  const at = (...parts: readonly string[]): string => join(folder, ...parts)
  for (const part of ['bin', 'run', 'log', 'hestia/etc/systemd/system']) mkdirSync(at(part), { recursive: true })
  const program = (name: string, text: string): void => {
    writeFileSync(at('bin', name), text)
    chmodSync(at('bin', name), 0o755)
  }
  const systemctl = readFileSync(new URL('../../e2e/world/inside/systemctl.sh', import.meta.url), 'utf8')
  program('systemctl', `#!/usr/bin/env bash\nfolder=${folder}\n${systemctl}`)
  copyFileSync('/bin/sleep', at('bin', 'nomad'))
  const agent: ChildProcess = spawn(at('bin', 'nomad'), ['600'], { stdio: 'ignore' })
  writeFileSync(at('run', 'nomad.pid'), String(agent.pid))
  writeFileSync(at('run', 'nomad.service.enabled'), '')
  writeFileSync(at('hestia/etc/systemd/system/nomad.service'), '[Service]\nExecStart=/usr/bin/nomad agent -config /etc/nomad.d\n')
  const runner =
    (become: boolean): ProcessRunner =>
    (_file, args, options) => {
      program('id', `#!/bin/sh\necho ${become ? 0 : 1000}\n`)
      const line = (args.at(-1) ?? '').replace(/^sudo -n -- /, '')
      return runProcess('env', [`PATH=${at('bin')}:/usr/bin:/bin`, 'sh', '-c', line], options)
    }
  return {
    units: (become) => createHost({ name: 'hestia', ssh: 'hestia', run: runner(become), ...(become && { become: 'sudo' }) }).units,
    close: () => {
      agent.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

describe.each([
  ['the lab', lab],
  ['the script on a machine', shell],
])('the units of a host, on %s', (_, start) => {
  let setting: Setting
  afterEach(() => setting?.close())

  it('a unit that runs: what it is, its process, and its command', async () => {
    setting = start()
    const unit = await setting.units(true).read('nomad')
    expect(unit).toMatchObject({ name: 'nomad.service', load: 'loaded', active: 'active', enabled: 'enabled', living: [], isRoot: true })
    expect(unit.process).toMatch(/^\d+:\d+$/)
    expect(unit.content).toContain('ExecStart=/usr/bin/nomad agent -config /etc/nomad.d\n')
    expect(unit.command).toEqual(['/usr/bin/nomad', 'agent', '-config', '/etc/nomad.d'])
    expect(unit.file).toMatch(/\/nomad\.service$/)
    expect(unit.hostName).not.toBe('')
  })

  it('is stopped, then disabled; both again change nothing', async () => {
    setting = start()
    const units = setting.units(true)
    const { process = '' } = await units.read('nomad.service')
    const look = () => units.read('nomad', { processes: [process, '1:1'] })
    expect((await look()).living).toEqual([process])
    for (const _time of [1, 2]) await units.stop('nomad')
    expect(await look()).toMatchObject({ active: 'inactive', enabled: 'enabled', process: undefined, living: [] })
    for (const _time of [1, 2]) await units.disable('nomad')
    expect(await look()).toMatchObject({ active: 'inactive', enabled: 'disabled' })
  })

  it('may be looked at by anybody, and changed by root alone', async () => {
    setting = start()
    const units = setting.units(false)
    expect(await units.read('nomad')).toMatchObject({ active: 'active', isRoot: false })
    const refused = { problems: [{ code: 'unit-not-allowed', effect: 'no', next: ['set targets.hosts.hestia.become: sudo'] }] }
    await expect(units.stop('nomad')).rejects.toMatchObject(refused)
    await expect(units.disable('nomad')).rejects.toMatchObject(refused)
    expect(await units.read('nomad')).toMatchObject({ active: 'active', enabled: 'enabled' })
  })

  it('one that does not exist is said to be none, and cannot be changed', async () => {
    setting = start()
    const units = setting.units(true)
    expect(await units.read('consul')).toMatchObject({
      name: 'consul.service',
      load: 'not-found',
      active: 'inactive',
      enabled: '',
      content: '',
      command: [],
    })
    await expect(units.stop('consul')).rejects.toMatchObject({ problems: [{ code: 'unit-refused', effect: 'no' }] })
    await expect(units.disable('consul')).rejects.toMatchObject({ problems: [{ code: 'unit-refused', effect: 'no' }] })
  })
})

it('a lab without systemd says 501', async () => {
  const run = createLabHostRunner({ directory: '/' })
  await expect(createHost({ name: 'hestia', ssh: 'hestia', run }).units.read('nomad')).rejects.toMatchObject({
    problems: [{ code: 'ssh-answer-missing', details: [expect.stringContaining('501')] }],
  })
})
