import { describe, expect, it } from 'vitest'
import { problemOf } from '../problem.ts'
import type { ContractWorld } from '../world.ts'
import { configMap, NAMESPACE, pathOf } from './objects.ts'

const SOME_CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap', name: 'nobody-made-it' }

/** Preflight's `describe`, `access` and the problems that name a right rely on these. */
export function identityContract(world: () => ContractWorld): void {
  describe('who we are', () => {
    it('is proven, with the version', async () => {
      const { version, user, namespace } = await world().kubernetes.as('limited').describe()
      expect(version).toMatch(/^v1\.36\./)
      expect({ user, namespace }).toEqual({ user: 'limited', namespace: NAMESPACE })
    })

    it('a token that the server does not know is refused: 401, with a Status', async () => {
      expect((await problemOf(world().kubernetes.as('stranger').describe())).code).toBe('kubernetes-unauthorized')
      expect(await world().kubernetes.ask('GET', pathOf('any'), { as: 'stranger' })).toMatchObject({
        status: 401,
        contentType: 'application/json',
        body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'Unauthorized', reason: 'Unauthorized', code: 401 },
      })
    })

    it('a right that we lack is named: 403, with user, verb, resource and place in the message', async () => {
      const problem = await problemOf(world().kubernetes.as('limited').get(SOME_CONFIG_MAP))
      expect(problem).toMatchObject({
        code: 'kubernetes-forbidden',
        summary: `user limited may not get configmaps in namespace ${NAMESPACE}`,
        effect: 'no',
      })
      const message = `configmaps "any" is forbidden: User "limited" cannot get resource "configmaps" in API group "" in the namespace "${NAMESPACE}"`
      expect(await world().kubernetes.ask('GET', pathOf('any'), { as: 'limited' })).toMatchObject({
        status: 403,
        body: { kind: 'Status', status: 'Failure', message, reason: 'Forbidden', details: { name: 'any', kind: 'configmaps' }, code: 403 },
      })
    })

    it('a write without the right does nothing', async () => {
      const problem = await problemOf(
        world()
          .kubernetes.as('limited')
          .apply(configMap('forbidden', { a: '1' })),
      )
      expect(problem).toMatchObject({ code: 'kubernetes-forbidden', effect: 'no' })
      expect(problem.summary).toContain('may not patch configmaps')
      expect(
        await world()
          .kubernetes.as('operator')
          .get({ ...SOME_CONFIG_MAP, name: 'forbidden' }),
      ).toBeUndefined()
    })

    it('an access review answers each question, also to those who may do nothing', async () => {
      const questions = [
        { verb: 'patch', group: 'apps', resource: 'deployments', namespace: NAMESPACE },
        { verb: 'list', group: '', resource: 'pods', namespace: NAMESPACE },
      ] as const
      const allowed = async (user: 'operator' | 'limited') =>
        (await world().kubernetes.as(user).access(questions)).map((each) => each.allowed)
      expect(await allowed('operator')).toEqual([true, true])
      expect(await allowed('limited')).toEqual([false, false])
    })
  })
}
