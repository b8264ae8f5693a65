import { expect, test } from 'vitest'
import { z } from 'zod'
import { gateKinds } from '../../src/gates/registry.ts'

test('every gate kind is found by its name, its example is valid, its fields are described', () => {
  expect([...gateKinds.keys()]).toEqual(['http', 'kubernetes-ready', 'traefik-route', 'nomad-job', 'canary-analysis'])
  for (const [name, kind] of gateKinds) {
    expect(kind.kind).toBe(name)
    expect(kind.spec.safeParse(kind.example)).toMatchObject({ success: true })
    const schema = z.toJSONSchema(kind.spec, { io: 'input' })
    expect(schema.additionalProperties).toBe(false)
    for (const field of Object.values(schema.properties ?? {})) expect(field).toMatchObject({ description: expect.stringMatching(/\w/) })
  }
})
