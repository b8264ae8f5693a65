import { expect, it } from 'vitest'
import { redacted, redacting } from '../../src/cli/redact.ts'
import { ProblemError } from '../../src/domain/problem.ts'
import { DRY_RUN, fakeApplication, REPORT } from './fake-application.ts'

const redact = (text: string): string => text.replaceAll(/pass|automatic|type|failed|s3cret/g, '[secret]')

it('a secret that is also one of our words does not change what a result means', () => {
  const result = {
    outcome: 'failed',
    state: 's3cret',
    problems: [{ code: 'failed', summary: 'it failed', next: [], cause: 'automatic pass' }],
  }
  expect(redacted(result, redact)).toEqual({
    outcome: 'failed',
    state: '[secret]',
    problems: [{ code: 'failed', summary: 'it [secret]', next: [], cause: '[secret] [secret]' }],
  })
  expect(redacted(REPORT, redact).cause).toBe('automatic')
})

it('what servers sent is redacted whole, keys too', () => {
  const change = { system: 'kubernetes', object: 'ConfigMap x', action: 'create', after: { type: 's3cret', s3cret: ['pass'] } }
  expect(redacted(change, redact).after).toEqual({ '[secret]': ['[secret]'] })
})

it('what holds no secret is given back itself, unless it may hold more than its fields say', () => {
  const clean = { rules: [{ name: 'a' }], map: [{ name: 's3cret' }] }
  const after = redacted(clean, redact)
  expect(after).toEqual({ rules: [{ name: 'a' }], map: [{ name: '[secret]' }] })
  expect(after.rules).toBe(clean.rules)
  expect(redacted({ files: new Map([['a', 's3cret']]) }, redact)).toEqual({ files: {} })
  expect(redacted({ cause: new Error('s3cret') }, redact)).toEqual({ cause: {} })
})

it('problems of a rejection and answers are clean', async () => {
  const application = await fakeApplication({
    redact,
    status: async () => Promise.reject(new ProblemError({ code: 'x', summary: 's3cret', next: ['s3cret'] })),
    validate: async () => Promise.reject(new Error('s3cret')),
    dryRun: async () => ({ ...DRY_RUN, plan: 's3cret' }),
  })()
  const clean = redacting(application)
  await expect(clean.status({ plan: 'p', lab: false, labFaults: [] })).rejects.toMatchObject({
    problems: [{ summary: '[secret]', next: ['[secret]'] }],
  })
  await expect(clean.validate([])).rejects.not.toThrow('s3cret')
})
