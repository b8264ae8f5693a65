import { expect, it } from 'vitest'
import type { HttpExchange } from '../../src/domain/ports/visitor.ts'
import { tallied } from '../../src/engine/visitor-tally.ts'
import { createFakeClock } from '../fakes/clock.ts'

const answer = (status: number): HttpExchange => ({ ok: true, status, headers: {}, body: '', timings: {} })

it('counts our own visits, and how long the answers were wrong', async () => {
  const clock = createFakeClock()
  const answers = [200, 502, 404, 200, 200]
  const site = { url: 'https://site.test/', expect: { status: 200 } }
  const { visitor, tally } = tallied({ ask: async () => answer(answers.shift() ?? 200) }, site, clock)
  for (let visit = 0; visit < 5; visit++) {
    await visitor.ask({ url: 'https://site.test/' })
    await clock.advance(1_000)
  }
  await visitor.ask({ url: 'https://site.test/', headers: { 'x-probe': 'secret' } })
  await visitor.ask({ url: 'https://other.test/' })
  expect(tally()).toEqual({ observations: 5, wrong: 2, wrongForMs: 2_000 })
})

it('does not count what we ourselves could not ask: it is no visit, and ends no bad spell', async () => {
  const clock = createFakeClock()
  const unasked: HttpExchange = { ok: false, failure: 'dns', detail: 'no such name', timings: {} }
  const answers = [unasked, answer(502), unasked, answer(200), unasked]
  const site = { url: 'https://site.test/', expect: { status: 200 } }
  const { visitor, tally } = tallied({ ask: async () => answers.shift() ?? unasked }, site, clock)
  for (let visit = 0; visit < 5; visit++) {
    await visitor.ask({ url: 'https://site.test/' })
    await clock.advance(1_000)
  }
  expect(tally()).toEqual({ observations: 2, wrong: 1, wrongForMs: 2_000 })
})
