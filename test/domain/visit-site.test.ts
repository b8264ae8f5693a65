import { expect, test } from 'vitest'
import { siteOf } from '../../src/domain/plan.ts'
import { ProblemError } from '../../src/domain/problem.ts'
import { askAsVisitor, askSite, visitSite } from '../../src/domain/visit-site.ts'
import { fakeFiles } from '../fakes/ports/files.ts'
import { answered, notAnswered } from '../fakes/ports/visitor.ts'
import { FakeWorld } from '../fakes/ports/world.ts'
import { contextOf, PLAN } from '../steps/context.ts'

const withVisitors = (visitors?: string) => {
  const { visitors: _visitors, ...edge } = PLAN.targets.edge ?? {
    host: 'hestia',
    dynamicConfig: '/x',
    api: 'x',
    write: 'exchange' as const,
  }
  return { ...PLAN, targets: { ...PLAN.targets, edge: { ...edge, ...(visitors !== undefined && { visitors }) } } }
}

test('connects to the address for visitors; without one, to what DNS says', async () => {
  const { ports, visitor } = new FakeWorld()
  await askSite(contextOf(ports, {}))
  await askSite(contextOf(ports, {}, { plan: withVisitors() }))
  await askAsVisitor(contextOf(ports, {}), 'https://other.example.org/')
  expect(visitor.requests).toEqual([
    { url: 'https://www.example.org/', connectTo: '192.0.2.1:443' },
    { url: 'https://www.example.org/' },
    { url: 'https://other.example.org/' },
  ])
})

test('an address that is a template is asked of the edge, which knows the real one', async () => {
  const { ports, visitor } = new FakeWorld()
  await askSite(contextOf(ports, {}, { plan: withVisitors('${env:EDGE}') }))
  expect(visitor.requests).toMatchObject([{ connectTo: (await ports.edge.describe()).visitors }])
})

test('trusts the authority that the plan names, and sends the headers that it is given', async () => {
  const { ports, visitor } = new FakeWorld()
  const plan = { ...PLAN, site: { ...siteOf(PLAN), ca: 'ca.pem' } }
  await askSite(contextOf(ports, {}, { plan, files: fakeFiles({ 'ca.pem': 'PEM' }) }), { 'X-A': '1' })
  expect(visitor.requests).toMatchObject([{ ca: 'PEM', headers: { 'X-A': '1' } }])
})

test('a wrong answer is pending and seen by a visitor; what cannot be asked is inconclusive', async () => {
  const { ports, visitor, edge } = new FakeWorld()
  visitor.answer = () => answered(200, 'Welcome to nginx')
  expect(await visitSite(contextOf(ports, {}), 'new')).toMatchObject({ verdict: 'pending', side: 'new', visitorSawIt: true })
  edge.describe = () => Promise.reject(new ProblemError({ code: 'unreachable', summary: 'no answer', next: [], effect: 'no' }))
  expect(await visitSite(contextOf(ports, {}, { plan: withVisitors('${env:EDGE}') }))).toMatchObject({ verdict: 'inconclusive' })
})

test.each(['dns', 'unreachable'] as const)('our own %s trouble says nothing about the site', async (failure) => {
  const { ports, visitor } = new FakeWorld()
  visitor.answer = () => notAnswered(failure)
  const seen = await visitSite(contextOf(ports, {}), 'new')
  expect(seen).toMatchObject({ verdict: 'inconclusive', side: 'new', reason: expect.stringContaining(failure) })
  expect(seen).not.toHaveProperty('visitorSawIt')
})
