import { describe, expect, it } from 'vitest'
import { parts } from '../../../src/policies/functions/parts.ts'
import { served, topology } from './objects.ts'

const ingress = (...services: readonly string[]) => `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: i }
spec:
  rules:
    - host: shop.example.org
      http: { paths: [${services.map((name, at) => `{ path: /${at}, pathType: Prefix, backend: { service: { name: ${name}, port: { number: 80 } } } }`).join(', ')}] }
`
const reached = (yaml: string) => parts(topology(yaml)).map(({ object, part, reached: is }) => `${part} ${object} ${String(is)}`)
const BOTH = `${served('frontend')}---\n${served('backend')}`
const calling = (name: string, value: string) =>
  `${served('frontend', `          env: [{ name: ${name}, value: "${value}" }]`)}---\n${served('backend')}`

describe('parts', () => {
  it('are both reached', () =>
    expect(reached(BOTH + ingress('frontend', 'backend'))).toEqual(['pages Service/frontend true', 'api Service/backend true']))
  it('an API that no Ingress leads to is not', () =>
    expect(reached(BOTH + ingress('frontend'))).toEqual(['pages Service/frontend true', 'api Service/backend false']))
  it('pages that no Ingress leads to are not', () =>
    expect(reached(BOTH + ingress('backend'))).toEqual(['pages Service/frontend false', 'api Service/backend true']))
  it('nothing is said where no Ingress leads to either', () => expect(reached(BOTH + ingress('other'))).toEqual([]))
  it('nothing is said of one alone', () => expect(reached(served('frontend') + ingress('frontend'))).toEqual([]))

  it('a component’s label counts before the name', () => {
    const label = (yaml: string, part: string) =>
      yaml.replace('labels: { app: one }', `labels: { app: one, app.kubernetes.io/component: ${part} }`)
    expect(reached(`${label(served('one'), 'frontend')}---\n${served('two-api')}${ingress('one')}`)).toEqual([
      'pages Service/one true',
      'api Service/two-api false',
    ])
  })

  it('an API that only the pages’ server calls may stay inside', () => {
    expect(reached(calling('BACKEND_URL', 'http://backend:80') + ingress('frontend'))).toEqual(['pages Service/frontend true'])
  })

  it.each([
    ['NEXT_PUBLIC_API_URL', '/api'],
    ['VITE_API', 'https://shop.example.org/api'],
  ])('one that browsers call may not: %s', (name, value) => {
    const yaml = calling('BACKEND_URL', 'http://backend:80').replace('env: [', `env: [{ name: ${name}, value: ${value} }, `)
    expect(reached(yaml + ingress('frontend'))).toContain('api Service/backend false')
  })

  it('a Service that is open on every node is reached by that', () => {
    const open = BOTH.replace('selector: { app: backend }, ports', 'type: NodePort, selector: { app: backend }, ports')
    expect(open).toContain('NodePort')
    expect(reached(open + ingress('frontend'))).toEqual(['pages Service/frontend true'])
  })
})
