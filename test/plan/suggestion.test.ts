import fc from 'fast-check'
import { expect, test } from 'vitest'
import { editDistance, nearest } from '../../src/plan/suggestion.ts'

test.each([
  ['kitten', 'sitting', 3],
  ['', 'abc', 3],
  ['abc', 'acb', 1],
  ['same', 'same', 0],
])('%s to %s takes %i', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance)
})

test('a distance has the same length both ways, is 0 only between equals and never more than the longer word', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
      const distance = editDistance(a, b)
      expect(distance).toBe(editDistance(b, a))
      expect(distance === 0).toBe(a === b)
      expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length))
      expect(distance).toBeGreaterThanOrEqual(Math.abs(a.length - b.length))
    }),
  )
})

const KINDS = ['deploy-to-kubernetes', 'verify-ingress', 'switch-traefik-route', 'soak', 'stop-nomad-job', 'purge-nomad-job']

test.each([
  ['deploy-to-kuberntes', 'deploy-to-kubernetes'],
  ['deployToKubernetes', 'deploy-to-kubernetes'],
  ['switch_traefik_route', 'switch-traefik-route'],
  ['stop-nomad', 'stop-nomad-job'],
  ['stop-nomad-jobs', 'stop-nomad-job'],
  ['soka', 'soak'],
  ['x', undefined],
  ['', undefined],
  ['restart-database', undefined],
  ['z'.repeat(100_000), undefined],
])('%.40s probably means %s', (typed, meant) => {
  expect(nearest(typed, KINDS)).toBe(meant)
})
