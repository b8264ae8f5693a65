import { expect, it, test } from 'vitest'
import type { HostRecord } from '../../../src/steps/uninstall-nomad/record.ts'
import { configurationOf, restoreFilesOf } from '../../../src/steps/uninstall-nomad/restore.ts'

const HOST: HostRecord = {
  host: 'hestia',
  unit: 'nomad.service',
  active: true,
  enabled: 'enabled',
  process: '10:20',
  file: '/lib/systemd/system/nomad.service',
  content: '[Service]\n',
  command: ['/usr/bin/nomad', 'agent', '-config', '/etc/nomad.d'],
  node: { id: 'f00', name: 'hestia', eligible: true },
  server: true,
  port: 4646,
}
const filesOf = (host: HostRecord) =>
  restoreFilesOf({ hosts: [host], well: { readyNodes: null, urls: [] } }).map(({ path, bytes, use }) => ({
    path,
    text: new TextDecoder().decode(bytes),
    use,
  }))

test('the unit as it was, and how it is brought back', () => {
  const [unit, facts] = filesOf(HOST)
  expect(unit).toEqual({
    path: 'hosts/hestia/nomad.service',
    text: '[Service]\n',
    use: 'systemctl enable --now nomad.service   # on hestia, as root; then, once Nomad answers: nomad node eligibility -enable f00',
  })
  expect(facts).toMatchObject({ path: 'hosts/hestia/nomad.json', use: expect.stringContaining('/etc/nomad.d') })
  expect(JSON.parse(facts?.text ?? '')).toMatchObject({ enabled: 'enabled', active: true, configuration: ['/etc/nomad.d'], server: true })
})

it.each([
  [{ enabled: 'static' }, 'systemctl start nomad.service '],
  [{ active: false }, 'systemctl enable nomad.service '],
  [{ enabled: 'disabled', active: false }, 'systemctl cat nomad.service '],
])('an agent that was %o is brought back to that', (was, use) => {
  expect(filesOf({ ...HOST, ...was })[0]?.use).toContain(use)
})

it.each([
  [
    ['nomad', 'agent', '-config=/a', '--config', '/b', '-config-file'],
    ['/a', '/b'],
  ],
  [['nomad', 'agent', '-dev'], []],
  [['nomad', 'agent', '-config'], []],
])('configuration of %o', (command, expected) => {
  expect(configurationOf({ command })).toEqual(expected)
})
