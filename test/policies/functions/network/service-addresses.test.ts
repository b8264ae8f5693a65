import { expect, it } from 'vitest'
import { serviceAddresses } from '../../../../src/policies/functions/network/service-addresses.ts'
import { served, topology } from '../objects.ts'

it.each([
  ['http://api:80', [['Service/api', 80, true]]],
  ['http://api:8080', [['Service/api', 8080, false]]],
  ['https://api', [['Service/api', 443, false]]],
  ['other://api', []],
  ['http://elsewhere:8080', []],
] as const)('%s', (value, expected) => {
  const found = serviceAddresses(topology(`${served('web', `          env: [{ name: A, value: "${value}" }]`)}---\n${served('api')}`))
  expect(found.map(({ service, port, found: is }) => [service, port, is])).toEqual(expected)
  for (const each of found)
    expect(each).toMatchObject({ object: 'Deployment/web', path: 'spec.template.spec.containers[0].env[0].value', key: 'A' })
})
