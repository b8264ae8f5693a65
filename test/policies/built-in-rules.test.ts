import { describe, expect, it } from 'vitest'
import { builtInPacks } from '../../src/policies/built-in-packs.ts'
import { evaluatePolicies } from '../../src/policies/evaluate.ts'
import { served } from './functions/objects.ts'
import { subjects } from './subjects.ts'

/** What the rules of these names say of a plan: how often they were asked, and what they found. */
async function told(yaml: string, rules: readonly string[], plan: { readonly host?: string } = {}) {
  const those = subjects(yaml)
  const report = await evaluatePolicies(await builtInPacks(), { ...those, plan: { ...those.plan, ...plan } }, [])
  expect(report.problems).toEqual([])
  return {
    asked: rules.map((rule) => report.asked[rule]),
    found: report.findings.filter(({ rule }) => rules.includes(rule)).map(({ rule, severity, object }) => `${severity} ${rule} ${object}`),
    verdicts: report.questions.filter(({ rule }) => rules.includes(rule)).map(({ verdict }) => verdict),
  }
}

const MISTYPED = served('shop').replace('selector: { app: shop }', 'selector: { app: shopp }')
const foreign = (apiVersion: string, kind: string) => `---\n{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: x }, spec: {} }\n`

describe('services/selects-pods', () => {
  const rules = ['services/selects-pods']

  it('looks beside objects that run no pods', async () => {
    expect(await told(MISTYPED + foreign('cert-manager.io/v1', 'Certificate'), rules)).toMatchObject({
      found: ['error services/selects-pods Service/shop'],
    })
  })

  it('is not counted as holding where pods may be run that nobody sees', async () => {
    expect(await told(MISTYPED + foreign('argoproj.io/v1alpha1', 'Rollout'), rules)).toEqual({ asked: [0], found: [], verdicts: [] })
    expect(await told(served('shop') + foreign('argoproj.io/v1alpha1', 'Rollout'), rules)).toMatchObject({
      asked: [1],
      verdicts: ['passed'],
    })
  })
})

describe('readiness probes', () => {
  const rules = ['workloads/readiness-set', 'workloads/worker-readiness-set', 'workloads/liveness-set']
  const worker =
    served('worker')
      .split('---')[0]
      ?.replace(/ports:.*/, 'env: []') ?? ''

  it('of a worker that nobody connects to are a hint', async () => {
    expect((await told(worker, rules)).found).toEqual([
      'hint workloads/worker-readiness-set Deployment/worker',
      'error workloads/liveness-set Deployment/worker',
    ])
  })

  it('of pods that a Service selects are an error, whatever their containers list', async () => {
    const silent = served('shop').replace(/ports: \[\{ name: http.*/, 'env: []')
    const two = silent.replace(
      '      containers:\n',
      '      containers:\n        - { name: log, image: "registry.example.org/log:1.0.0" }\n',
    )
    expect((await told(two, rules)).found).toEqual([
      'error workloads/readiness-set Deployment/shop',
      'error workloads/readiness-set Deployment/shop',
      'error workloads/liveness-set Deployment/shop',
      'error workloads/liveness-set Deployment/shop',
    ])
  })
})

describe('hosts of an Ingress', () => {
  const rules = ['ingress/host-set', 'ingress/host-is-the-sites', 'ingress/tls-covers-host']
  const ingress = (spec: string) =>
    `${served('shop')}---\n{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: i }, spec: { ingressClassName: traefik, ${spec} } }\n`
  const backend = '{ service: { name: shop, port: { number: 80 } } }'
  const rule = (host: string) => `rules: [{ host: "${host}", http: { paths: [{ path: /, pathType: Prefix, backend: ${backend} }] } }]`

  it.each([
    ['*.example.org', []],
    ['*.example.com', ['error ingress/host-is-the-sites Ingress/i']],
  ])('%s may be that of www.example.org: it stands for one label', async (host, found) => {
    const tls = `tls: [{ hosts: ["${host}"], secretName: x }]`
    expect((await told(ingress(`${rule(host)}, ${tls}`), rules, { host: 'www.example.org' })).found).toEqual(found)
  })

  it('are all where it has a default backend and no rules', async () => {
    const found = ['error ingress/host-set Ingress/i', 'error ingress/tls-covers-host Ingress/i']
    expect((await told(ingress(`defaultBackend: ${backend}`), rules)).found).toEqual(found)
    expect((await told(ingress(`defaultBackend: ${backend}, tls: [{ secretName: x }]`), rules)).found).toEqual(found.slice(0, 1))
  })
})
