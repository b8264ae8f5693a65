import { describe, expect, test } from 'vitest'
import type { LabResponse } from '../../../src/lab/contract.ts'
import { undoDeploy } from '../../../src/steps/deploy-to-kubernetes/undo.ts'
import { previewed } from '../../steps/deploy-to-kubernetes/previewed.ts'
import { DEPLOYMENT, portOn, problemOf } from './port.ts'

const json = (status: number, body: unknown): LabResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})
const text = (status: number, body: string, type = 'text/plain'): LabResponse => ({ status, headers: { 'content-type': type }, body })
const notFound = (details: object): LabResponse =>
  json(404, { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'not found', reason: 'NotFound', details, code: 404 })
const PAGE_NOT_FOUND = text(404, '404 page not found\n')
const RESOURCES = json(200, {
  kind: 'APIResourceList',
  groupVersion: 'apps/v1',
  resources: [{ name: 'deployments', kind: 'Deployment', namespaced: true }],
})
const GROUPS = json(200, { kind: 'APIGroupList', groups: [{ name: 'apps', versions: [{ groupVersion: 'apps/v1', version: 'v1' }] }] })

/** A cluster that answers discovery, and the rest as told. */
const cluster = (rest: LabResponse, discovery: Readonly<Record<string, LabResponse>> = { '/apis/apps/v1': RESOURCES, '/apis': GROUPS }) =>
  portOn(async ({ path }) => discovery[path] ?? rest)

/** What stands before an API and is none: a proxy without its backend, a Traefik without a router, a page to log in. */
const STRANGERS: readonly (readonly [string, LabResponse])[] = [
  ['the 404 of a proxy', text(404, '<html><h1>404 Not Found</h1><hr>nginx</html>', 'text/html')],
  ['the 404 of a Traefik', PAGE_NOT_FOUND],
  ['the 404 of a gateway in JSON', json(404, { type: 'error', status: '404', message: 'no cluster' })],
  ['a page to log in', text(200, '<html>Sign in</html>', 'text/html')],
  ['a 200 of a gateway in JSON', json(200, { error: 'session expired' })],
]

describe.each(STRANGERS)('%s', (_name, stranger) => {
  const UNEXPECTED = expect.objectContaining({ code: 'kubernetes-unexpected-answer' })

  test('in place of everything says nothing about any kind, object or list', async () => {
    const port = portOn(async () => stranger)
    expect(await problemOf(port.kind('apps/v1', 'Deployment'))).toEqual(UNEXPECTED)
    expect(await problemOf(port.get(DEPLOYMENT))).toEqual(UNEXPECTED)
    expect(await problemOf(port.list(DEPLOYMENT))).toEqual(UNEXPECTED)
    expect(await problemOf(port.delete(DEPLOYMENT, 'uid'))).toEqual(UNEXPECTED)
  })

  test('after the kind was found says nothing about objects, nor that one was deleted', async () => {
    expect(await problemOf(cluster(stranger).get(DEPLOYMENT))).toEqual(UNEXPECTED)
    expect(await problemOf(cluster(stranger).list(DEPLOYMENT))).toEqual(UNEXPECTED)
    expect(await problemOf(cluster(stranger).delete(DEPLOYMENT, 'uid'))).toEqual(UNEXPECTED)
  })

  test('makes no undo done: what was deployed is still there', async () => {
    const { apply, context, record, notes } = await previewed()
    await apply()
    const blind = { ...context, ports: { ...context.ports, kubernetes: portOn(async () => stranger) } }
    expect(await problemOf(undoDeploy.apply(blind, record, notes, async () => {}))).toEqual(UNEXPECTED)
    expect(await undoDeploy.verify(blind, record, notes)).toMatchObject({ verdict: 'inconclusive' })
  })
})

describe('the API server’s own word', () => {
  test('that it has no object of this name', async () => {
    const port = cluster(notFound({ name: 'website', group: 'apps', kind: 'deployments' }))
    expect(await port.get(DEPLOYMENT)).toBeUndefined()
    expect(await port.delete(DEPLOYMENT, 'uid')).toBe('absent')
  })

  test.each([
    ['in a Status', notFound({}), { '/apis': GROUPS }],
    ['in plain text, with a list of groups that has it not', PAGE_NOT_FOUND, { '/apis': GROUPS }],
  ])('that it serves no such kind: %s', async (_name, answer, discovery) => {
    const port = cluster(answer, discovery)
    expect(await port.kind('shop.example/v1', 'Cart')).toBeUndefined()
    expect(await port.get({ apiVersion: 'shop.example/v1', kind: 'Cart', name: 'mine' })).toBeUndefined()
    expect(await port.list({ apiVersion: 'shop.example/v1', kind: 'Cart' })).toEqual([])
  })

  test('is not given by one 404 for a group that its list has', async () => {
    const port = cluster(PAGE_NOT_FOUND, { '/apis': GROUPS })
    expect(await problemOf(port.kind('apps/v1', 'Deployment'))).toMatchObject({ code: 'kubernetes-kind-listed-only', effect: 'no' })
  })

  test('that a kind which it had is gone since', async () => {
    let served = true
    const port = portOn(async ({ path }) => {
      if (path === '/apis') return GROUPS
      return path === '/apis/shop.example/v1' && served
        ? json(200, { kind: 'APIResourceList', resources: [{ name: 'carts', kind: 'Cart', namespaced: true }] })
        : PAGE_NOT_FOUND
    })
    const cart = { apiVersion: 'shop.example/v1', kind: 'Cart', name: 'mine' }
    expect(await port.kind(cart.apiVersion, cart.kind)).toMatchObject({ plural: 'carts' })
    expect(await problemOf(port.get(cart))).toMatchObject({ code: 'kubernetes-unexpected-answer' })
    served = false
    expect(await port.get(cart)).toBeUndefined()
  })
})

test('a list whose snapshot expires between its pages is begun anew, not for ever', async () => {
  const expiring = cluster(json(410, { kind: 'Status', reason: 'Expired', code: 410 }))
  expect(await problemOf(expiring.list(DEPLOYMENT))).toMatchObject({ code: 'kubernetes-list-expires', effect: 'no' })
})
