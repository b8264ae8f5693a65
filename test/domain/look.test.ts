import { expect, test } from 'vitest'
import { look } from '../../src/domain/look.ts'
import { pass } from '../../src/domain/observation.ts'
import { ProblemError } from '../../src/domain/problem.ts'

test('an observation passes through; a problem is inconclusive with its evidence; anything else is a bug and is thrown', async () => {
  expect(await look('x', async () => pass('seen'))).toEqual(pass('seen'))
  const problem = new ProblemError({ code: 'unreachable', summary: 'no answer', details: ['tried twice'], cause: 'ECONNREFUSED', next: [] })
  expect(await look('the API', () => Promise.reject(problem))).toEqual({
    verdict: 'inconclusive',
    reason: 'the API could not be seen: no answer',
    evidence: ['tried twice', 'ECONNREFUSED'],
  })
  await expect(look('x', () => Promise.reject(new TypeError('a bug')))).rejects.toThrow('a bug')
})
