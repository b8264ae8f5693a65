import { describe, expect, test } from 'vitest'
import { policies } from '../../../src/plan/schema/policies.ts'

const waiver = { rule: 'workloads/no-latest-tag', object: 'Deployment/web', reason: 'built on the node', expires: '2027-03-31' }
const fine = (value: unknown): boolean => policies.safeParse(value).success

test('nothing said means: no files, no waivers, all packs', () =>
  expect(policies.parse({})).toEqual({ files: [], expects: {}, waivers: [] }))

describe('a waiver', () => {
  test('has a rule, an object, a reason and a last day', () => expect(fine({ waivers: [waiver] })).toBe(true))

  test.each([
    { rule: 'no-latest-tag' },
    { object: '' },
    { reason: 'ok' },
    { expires: '2027-02-30' },
    { expires: 'never' },
    { expires: undefined },
  ])('not with %o', (wrong) => expect(fine({ waivers: [{ ...waiver, ...wrong }] })).toBe(false))
})

describe('what rules ask of a plan', () => {
  test('exposed Services, keys, flows outside, images', () =>
    expect(
      fine({
        expects: {
          exposed: ['Service/frontend'],
          keys: { 'Secret/app': ['JWT'] },
          outside: [{ from: 'Deployment/backend', to: 'api.example.org', port: 443 }],
          images: { frontend: { maxSize: '300MB', dockerfile: '../Dockerfile' } },
        },
      }),
    ).toBe(true))

  test.each([
    { exposed: ['frontend'] },
    { keys: { app: ['JWT'] } },
    { keys: { 'Secret/app': [] } },
    { outside: [{ from: 'Deployment/backend', to: 'x', port: 70_000 }] },
    { images: { frontend: { maxSize: '300' } } },
    { other: 1 },
  ])('not %o', (expects) => expect(fine({ expects })).toBe(false))
})
