import { expect, test } from 'vitest'
import type { Problem } from '../../../src/domain/problem.ts'
import { ProblemError } from '../../../src/domain/problem.ts'
import { answered } from '../../fakes/ports/visitor.ts'
import { SITE } from '../../fakes/ports/world.ts'
import { problemOf } from '../problem-of.ts'
import { HandingOver } from './handing-over.ts'

/** Below ours (1,024), above the one that it took over from (24): while ours wins nobody notices it. */
const BETWEEN = { rule: `Host(\`${SITE}\`) && PathPrefix(\`/\`)`, service: 'home', entryPoints: ['websecure'], priority: 45 }

const SILENT: Problem = { code: 'unreachable', summary: 'the API of the edge is silent', next: ['start it'], effect: 'no' }

async function withBetween(over: HandingOver, router: object = BETWEEN): Promise<HandingOver> {
  const { edge, clock } = over.world
  edge.save(edge.text.replace('  routers:\n', `  routers:\n    between: ${JSON.stringify(router)}\n`))
  await clock.sleep(1_000)
  return over
}

test.each(['5%', '100%'] as const)('visitors are not let go from %s to a router that came in between', async (send) => {
  const over = await withBetween(await new HandingOver([send]).upTo(send))
  const { text } = over.world.edge
  expect(await problemOf(over.undo(send, ['open', send]))).toMatchObject({
    code: 'old-side-not-proven',
    summary: expect.stringContaining('would not come to site@consulcatalog'),
    details: expect.arrayContaining([expect.stringContaining('router between@file (priority 45) wins on websecure')]),
    effect: 'no',
  })
  expect(over.world.edge.text).toBe(text)
})

test.each(['5%', '100%'] as const)('from %s an edge that does not answer for a moment is asked again', async (send) => {
  const over = await new HandingOver([send]).upTo(send)
  const { edge, clock } = over.world
  const routers = edge.routers.bind(edge)
  const until = clock.now() + 5_000
  edge.routers = async () => (clock.now() < until ? Promise.reject(new ProblemError(SILENT)) : routers())
  await over.undo(send, ['open', send])
  expect(await over.undone(send, ['open', send])).toMatchObject({ settled: { status: 'done' }, verified: { verdict: 'pass' } })
})

test.each(['5%', '100%'] as const)('from %s one that stays silent keeps visitors where they are, and says so', async (send) => {
  const over = await new HandingOver([send]).upTo(send)
  const { text } = over.world.edge
  over.world.edge.routers = async () => Promise.reject(new ProblemError(SILENT))
  expect(await problemOf(over.undo(send, ['open', send]))).toMatchObject({
    code: 'old-side-not-proven',
    details: expect.arrayContaining([expect.stringContaining('the API of the edge is silent')]),
    effect: 'no',
  })
  expect(over.world.edge.text).toBe(text)
})

test('nor visitors of another route that goes home with it', async () => {
  const over = new HandingOver(['5%'])
  const { edge } = over.world
  const alias = { rule: 'Host(`alias.example.org`)', service: 'site@consulcatalog', entryPoints: ['websecure'], priority: 30 }
  edge.save(edge.text.replace('  routers:\n', `  routers:\n    alias: ${JSON.stringify(alias)}\n`))
  await over.world.clock.sleep(1_000)
  await over.upTo('5%')
  await withBetween(over, { ...BETWEEN, rule: 'Host(`alias.example.org`) && PathPrefix(`/`)' })
  expect(await problemOf(over.undo('5%', ['open', '5%']))).toMatchObject({
    code: 'old-side-not-proven',
    details: [expect.stringContaining('alias@file would not answer visitors of alias.example.org')],
  })
})

test('a portion that is put back keeps our router above all: nobody comes to the one in between', async () => {
  const over = await withBetween(await new HandingOver(['5%', '100%']).upTo('5%', '100%'))
  await over.undo('100%', ['100%'])
  expect(await over.undone('100%', ['100%'])).toMatchObject({ settled: { status: 'done' }, verified: { verdict: 'pass' } })
})

test.each(['5%', '100%'] as const)('from %s they are let go where they get no right answer: nothing is lost', async (send) => {
  const over = await withBetween(await new HandingOver([send]).upTo(send))
  over.world.newAnswers = answered(502, 'Bad Gateway')
  // One of many visitors of a portion is on the new side.
  over.world.visitor.answer = () => answered(502, 'Bad Gateway')
  await over.undo(send, ['open', send]).catch(() => undefined)
  expect(over.world.edge.text).not.toContain('to-k8s')
})
