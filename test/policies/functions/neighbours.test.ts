import { expect, it } from 'vitest'
import { neighbours } from '../../../src/policies/functions/neighbours.ts'
import { resolvedReferences } from '../../../src/policies/functions/references.ts'

const secret = (namespace: string) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'tokens', namespace },
  data: { [namespace]: '' },
})
const job = (namespace: string) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'job', namespace },
  spec: { template: { spec: { containers: [{ name: 'a', envFrom: [{ secretRef: { name: 'tokens' } }] }] } } },
})

it('an object names those of its own namespace', () => {
  const [blue, green] = [secret('blue'), secret('green')]
  const of = neighbours([blue, green])
  expect(of(job('blue')).get('Secret/tokens')).toBe(blue)
  expect(of(job('green')).get('Secret/tokens')).toBe(green)
  expect(of({ kind: 'Job' }).get('Secret/tokens')).toBe(green)
})

it('a Secret of another namespace answers no reference', () => {
  const found = (...namespaces: readonly string[]) =>
    resolvedReferences([secret('blue'), ...namespaces.map(job)]).map((reference) => reference.found)
  expect(found('blue', 'green')).toEqual([true, false])
})
