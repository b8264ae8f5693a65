import { describe, expect, test } from 'vitest'
import type { AccessQuestion } from '../../../src/domain/ports/kubernetes.ts'
import type { LabHandler, LabResponse } from '../../../src/lab/contract.ts'
import { createTestCluster } from '../../lab/kubernetes/cluster.ts'
import { portOn, problemOf } from './port.ts'

const VERBS: readonly AccessQuestion['verb'][] = ['get', 'list', 'create', 'patch', 'delete']
const about = (group: string, resource: string, namespace?: string): readonly AccessQuestion[] =>
  VERBS.map((verb) => ({ verb, group, resource, ...(namespace !== undefined && { namespace }) }))
const IN_SHOP = about('apps', 'deployments', 'shop')

const rule = (changes: Readonly<Record<string, string | readonly string[]>> = {}) => ({
  verbs: ['*'],
  apiGroups: ['apps'],
  resources: ['deployments'],
  ...changes,
})
const whole = (...resourceRules: readonly object[]) => ({ resourceRules, nonResourceRules: [], incomplete: false })

/** A server that has these rules and allows nothing that is asked for by itself; what it was asked. */
function server(status: object, code = 201) {
  const asked: string[] = []
  const json = (body: object, answered = 201): LabResponse => ({ status: answered, body: JSON.stringify(body) })
  const handler: LabHandler = async ({ path, body }) => {
    if (path.endsWith('/selfsubjectrulesreviews')) {
      asked.push(`rules of ${JSON.parse(body?.toString() ?? '').spec.namespace}`)
      return json({ kind: 'SelfSubjectRulesReview', status }, code)
    }
    const { verb, resource } = JSON.parse(body?.toString() ?? '').spec.resourceAttributes
    asked.push(`${verb} ${resource}`)
    return json({ kind: 'SelfSubjectAccessReview', status: { allowed: false, reason: 'asked by itself' } })
  }
  const allowed = async (questions: readonly AccessQuestion[]) =>
    (await portOn(handler).access(questions)).flatMap((each) => (each.allowed ? [`${each.question.verb} ${each.question.resource}`] : []))
  return { handler, asked, allowed }
}
const ALL = VERBS.map((verb) => `${verb} deployments`)

describe('rights', () => {
  test('are asked for all at once in a namespace whose rules are all known', async () => {
    for (const listed of [rule(), rule({ apiGroups: ['*'], resources: ['*'] }), rule({ verbs: ['watch', ...VERBS], resourceNames: [] })]) {
      const { asked, allowed } = server(whole(listed))
      expect(await allowed(IN_SHOP)).toEqual(ALL)
      expect(asked).toEqual(['rules of shop'])
    }
  })

  test('are asked for one by one where no rule plainly allows it, which gives the reason', async () => {
    const unlike = [
      rule({ resourceNames: ['web'] }),
      // What cannot be read restricts, too.
      rule({ resourceNames: 'web' }),
      rule({ apiGroups: [''] }),
      rule({ resources: ['deployments/scale', '*/deployments'] }),
      rule({ verbs: ['get'] }),
    ]
    const { asked, allowed, handler } = server(whole(...unlike))
    expect(await allowed(IN_SHOP)).toEqual(['get deployments'])
    expect(asked).toEqual(['rules of shop', ...ALL.slice(1)])
    expect((await portOn(handler).access(IN_SHOP))[1]).toEqual({ question: IN_SHOP[1], allowed: false, reason: 'asked by itself' })
  })

  test('are asked for one by one where the rules are not all: another authorizer may deny what they allow', async () => {
    const statuses = [
      { ...whole(rule()), incomplete: true },
      { ...whole(rule()), evaluationError: 'webhook authorizer does not support user rule resolution' },
      { resourceRules: [rule()] },
    ]
    for (const status of statuses) {
      const { asked, allowed } = server(status)
      expect(await allowed(IN_SHOP)).toEqual([])
      expect(asked).toEqual(['rules of shop', ...ALL])
    }
    expect(await server(whole(rule()), 404).allowed(IN_SHOP)).toEqual([])
    expect(await server(whole(rule()), 403).allowed(IN_SHOP)).toEqual([])
  })

  test("to the cluster's own objects are no matter of a namespace's rules, nor is a few questions worth them", async () => {
    const everything = whole(rule({ apiGroups: ['*'], resources: ['*'] }))
    const cluster = server(everything)
    expect(await cluster.allowed(about('', 'namespaces'))).toEqual([])
    expect(cluster.asked).toEqual(VERBS.map((verb) => `${verb} namespaces`))
    const few = server(everything)
    expect(await few.allowed(IN_SHOP.slice(0, 3))).toEqual([])
    expect(few.asked).toEqual(ALL.slice(0, 3))
    const two = server(everything)
    expect(await two.allowed([...IN_SHOP, ...about('', 'pods', 'other')])).toHaveLength(10)
    expect(two.asked).toEqual(['rules of shop', 'rules of other'])
  })

  test('of who is denied something are asked for one by one in the lab, too', async () => {
    const denied = { user: 'lab-admin', verb: 'delete', group: 'apps', resource: 'deployments', namespace: 'default' } as const
    const questions = about('apps', 'deployments', 'default')
    const answers = async (rights: readonly (typeof denied)[]) =>
      (await portOn(createTestCluster({ denied: [...rights] }).handler).access(questions)).map(({ allowed }) => allowed)
    expect(await answers([])).toEqual([true, true, true, true, true])
    expect(await answers([denied])).toEqual([true, true, true, true, false])
  })

  test('that cannot be asked for are a problem', async () => {
    expect(await problemOf(portOn(async () => 'drop').access(IN_SHOP))).toMatchObject({ code: 'unreachable' })
  })
})
