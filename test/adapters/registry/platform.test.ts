import { expect, it } from 'vitest'
import { fit, normalPlatform } from '../../../src/adapters/registry/platform.ts'

it.each([
  ['linux/aarch64', 'linux/arm64'],
  ['linux/arm64/v8', 'linux/arm64'],
  ['linux/x86_64', 'linux/amd64'],
  ['linux/amd64/v1', 'linux/amd64'],
  ['linux/amd64/v3', 'linux/amd64/v3'],
  ['linux/arm', 'linux/arm/v7'],
  ['linux/arm/6', 'linux/arm/v6'],
])('%s is %s', (written, normal) => expect(normalPlatform(written)).toBe(normal))

it.each([
  ['linux/amd64', 'linux/amd64/v2', false],
  ['linux/amd64/v2', 'linux/amd64', true],
  ['linux/arm64', 'linux/arm64/v8', true],
  ['linux/arm64', 'linux/arm/v7', false],
  ['linux/arm', 'linux/arm/v6', true],
  ['linux/arm/v6', 'linux/arm/v7', false],
  ['linux/amd64', 'windows/amd64', false],
])('a node of %s and what was built for %s: %s', (node, built, runs) => expect(fit(node, built) > 0).toBe(runs))

it('what was built for the node itself fits best, then the newest', () => {
  const order = ['linux/arm/v5', 'linux/arm/v7', 'linux/arm/v6'].sort((a, b) => fit('linux/arm/v7', b) - fit('linux/arm/v7', a))
  expect(order).toEqual(['linux/arm/v7', 'linux/arm/v6', 'linux/arm/v5'])
})
