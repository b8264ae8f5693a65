import { expect, test } from 'vitest'
import { isNeighbour } from '../../../src/adapters/http/neighbour.ts'

const interfaces = () => ({
  lo: [{ cidr: '127.0.0.1/8' }],
  eth0: [{ cidr: '192.168.1.20/24' }, { cidr: 'fe80::1/64' }, { cidr: null }],
  tun0: [{ cidr: '10.8.0.2/32' }],
})

test.each([
  ['192.168.1.5', true],
  ['127.0.0.1', true],
  ['fe80::5', true],
  ['192.168.2.5', false],
  ['10.8.0.1', false],
  ['2001:db8::1', false],
  ['hestia', false],
])('%s is on a network of ours: %s', (address, expected) => {
  expect(isNeighbour(address, interfaces)).toBe(expected)
})

test('the machine itself is one', () => {
  expect(isNeighbour('127.0.0.1')).toBe(true)
})
