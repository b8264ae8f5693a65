import { expect, it } from 'vitest'
import { NEW_BODY, OLD_BODY } from '../world/bodies.ts'
import { judge } from './judge.ts'

it('knows the two sides by what they say, to the byte', () => {
  expect(judge({ status: 200, body: OLD_BODY })).toEqual({ verdict: 'right', side: 'nomad' })
  expect(judge({ status: 200, body: NEW_BODY })).toEqual({ verdict: 'right', side: 'kubernetes' })
  for (const body of ['', `${NEW_BODY} `, OLD_BODY.slice(1), `${OLD_BODY}\nvisit 1`])
    expect(judge({ status: 200, body }).verdict).toBe('wrong')
})

it('wants what was posted back, and nothing but that', () => {
  expect(judge({ status: 200, body: `${NEW_BODY}\nvisit 7`, posted: 'visit 7' })).toEqual({ verdict: 'right', side: 'kubernetes' })
  for (const body of [NEW_BODY, `${NEW_BODY}\nvisit 17`, `${NEW_BODY}\n`, 'visit 7', `\nvisit 7`])
    expect(judge({ status: 200, body, posted: 'visit 7' }).verdict).toBe('wrong')
})

it('takes any other status for a failure, whatever the body', () => {
  expect(judge({ status: 502, body: 'Bad Gateway' })).toEqual({ verdict: 'failed', why: '502: Bad Gateway' })
  expect(judge({ status: 404, body: OLD_BODY }).verdict).toBe('failed')
})
