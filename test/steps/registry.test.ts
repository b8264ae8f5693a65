import { expect, test } from 'vitest'
import { z } from 'zod'
import { stepKinds } from '../../src/steps/registry.ts'

test('every kind is found by its name, and its example is valid', () => {
  expect([...stepKinds.keys()]).toEqual([
    'deploy-to-kubernetes',
    'verify-ingress',
    'switch-traefik-route',
    'open-traefik-route',
    'compare-sides',
    'shift-traefik-route',
    'soak',
    'stop-nomad-job',
    'purge-nomad-job',
    'uninstall-nomad',
  ])
  for (const [name, kind] of stepKinds) {
    expect(kind.kind).toBe(name)
    expect(kind.spec.safeParse(kind.example)).toMatchObject({ success: true })
  }
})

test('every field of every kind is described, and unknown fields are refused', () => {
  for (const [, kind] of stepKinds) {
    const schema = z.toJSONSchema(kind.spec, { io: 'input' })
    expect(schema.additionalProperties).toBe(false)
    for (const field of Object.values(schema.properties ?? {})) expect(field).toMatchObject({ description: expect.stringMatching(/\w/) })
    expect(JSON.stringify(schema)).not.toContain('$ref')
  }
})
