import { expect, it } from 'vitest'
import { blockHas, isEverywhere } from '../../../../src/policies/functions/network/address-blocks.ts'

it.each([
  ['10.0.0.0/8', [], '10.1.2.3', true],
  ['10.0.0.0/8', [], '11.1.2.3', false],
  ['0.0.0.0/0', ['10.0.0.0/8'], '10.1.2.3', false],
  ['0.0.0.0/0', ['10.0.0.0/8'], '192.0.2.1', true],
  ['2001:db8::/32', [], '2001:db8::1', true],
  ['2001:db8::/32', [], '192.0.2.1', false],
  ['nonsense', [], '192.0.2.1', false],
  ['192.0.2.10/32', [], 'database.example.org', true],
] as const)('%s without %j has %s: %s', (cidr, except, host, has) => expect(blockHas({ cidr, except }, host)).toBe(has))

it('everywhere is what leaves no bit to the network', () =>
  expect(['0.0.0.0/0', '::/0', '10.0.0.0/8'].map(isEverywhere)).toEqual([true, true, false]))
