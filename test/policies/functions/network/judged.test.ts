import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judge } from '../../../../src/policies/functions/network/judged.ts'
import { DNS, EDGE, OUTSIDE } from '../../../../src/policies/functions/network/flow.ts'
import type { NeededFlow } from '../../../../src/policies/functions/network/flow.ts'
import { isolations, readPolicies } from '../../../../src/policies/functions/network/rules.ts'
import { deployment, topology } from '../objects.ts'

const flow = (from: string, to: string, port = 8080, protocol = 'TCP'): NeededFlow => ({
  from,
  to,
  port,
  protocol,
  because: '',
  certain: true,
})

function judged(policies: string, asked: NeededFlow) {
  const { objects, pods, namespace } = topology(`${deployment('web')}---\n${deployment('api')}${policies}`)
  return judge(asked, isolations(pods, readPolicies(objects, pods, namespace)))
}

const policy = (spec: string, name = 'p') => `---\n{ kind: NetworkPolicy, metadata: { name: ${name} }, spec: { ${spec} } }\n`
const INTO_API = flow('Deployment/web', 'Deployment/api')

describe('judge: ingress', () => {
  it.each([
    ['', true],
    ['podSelector: { matchLabels: { app: web } }', true],
    ['podSelector: {}', false],
    ['podSelector: { matchLabels: { app: api } }', false],
    ['podSelector: { matchLabels: { app: api } }, policyTypes: [Egress]', true],
    ['podSelector: { matchLabels: { app: api } }, ingress: [{}]', true],
    ['podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }]', true],
    ['podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: other } } }] }]', false],
    ['podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 8080 }] }]', true],
    ['podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: http }] }]', true],
    ['podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: web }] }]', false],
    ['podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }]', false],
    [
      'podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 8080, protocol: UDP }] }]',
      false,
    ],
    ['podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ podSelector: {} }], ports: [{ protocol: TCP }] }]', true],
    [
      'podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 8000, endPort: 8100 }] }]',
      true,
    ],
    [
      'podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 8000, endPort: 8079 }] }]',
      false,
    ],
    [
      'podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } } }] }]',
      true,
    ],
    ['podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: other } } }] }]', false],
    [
      'podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } }, podSelector: { matchLabels: { app: other } } }] }]',
      false,
    ],
    ['podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ ipBlock: { cidr: 192.0.2.0/24 } }] }]', false],
  ])('%s: %s', (spec, allowed) => expect(judged(spec === '' ? '' : policy(spec), INTO_API).allowed).toBe(allowed))

  it('names the policy that isolates', () => {
    expect(judged(policy('podSelector: {}', 'closed'), INTO_API)).toMatchObject({ object: 'NetworkPolicy/closed', path: 'spec.ingress' })
  })

  it('permits what any policy permits', () => {
    const closed = policy('podSelector: { matchLabels: { app: api } }', 'closed')
    expect(judged(closed + policy('podSelector: { matchLabels: { app: api } }, ingress: [{}]', 'open'), INTO_API).allowed).toBe(true)
  })

  it('does not count a policy of another namespace', () => {
    expect(judged(policy('podSelector: {}').replace('name: p', 'name: p, namespace: other'), INTO_API).allowed).toBe(true)
  })
})

describe('judge: egress', () => {
  it.each([
    ['policyTypes: [Egress]', false],
    ['egress: []', false],
    ['egress: [{ to: [{ podSelector: { matchLabels: { app: api } } }], ports: [{ port: http }] }]', true],
    ['egress: [{ to: [{ podSelector: { matchLabels: { app: api } } }], ports: [{ port: 80 }] }]', false],
    ['egress: [{}]', true],
  ])('%s: %s', (spec, allowed) => {
    const asked = judged(policy(`podSelector: { matchLabels: { app: web } }, ${spec}`, 'out'), INTO_API)
    expect(asked.allowed).toBe(allowed)
    if (!allowed) expect(asked).toMatchObject({ object: 'NetworkPolicy/out', path: 'spec.egress' })
  })
})

describe('judge: beyond the plan', () => {
  const SYSTEM = '{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } } }'

  it.each([
    [`ingress: [{ from: [${SYSTEM}] }]`, EDGE, true],
    ['ingress: [{ from: [{ podSelector: {} }] }]', EDGE, false],
    ['ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }]', EDGE, true],
    [`ingress: [{ from: [${SYSTEM}] }]`, OUTSIDE, false],
    ['ingress: [{ from: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }]', OUTSIDE, true],
    ['ingress: [{}]', OUTSIDE, true],
  ])('%s lets %s in: %s', (spec, from, allowed) =>
    expect(judged(policy(`podSelector: { matchLabels: { app: api } }, ${spec}`), flow(from, 'Deployment/api')).allowed).toBe(allowed),
  )

  it.each([
    [`egress: [{ to: [${SYSTEM}], ports: [{ port: 53, protocol: UDP }] }]`, DNS, 53, 'UDP', true],
    [`egress: [{ to: [${SYSTEM}], ports: [{ port: dns, protocol: UDP }] }]`, DNS, 53, 'UDP', true],
    [`egress: [{ to: [${SYSTEM}], ports: [{ port: 53, protocol: UDP }] }]`, DNS, 53, 'TCP', false],
    ['egress: [{ to: [{ podSelector: {} }] }]', DNS, 53, 'UDP', false],
    ['egress: [{ to: [{ ipBlock: { cidr: 192.0.2.10/32 } }], ports: [{ port: 5432 }] }]', '192.0.2.10', 5432, 'TCP', true],
    ['egress: [{ to: [{ ipBlock: { cidr: 192.0.2.10/32 } }], ports: [{ port: 5432 }] }]', '192.0.2.11', 5432, 'TCP', false],
    ['egress: [{ to: [{ ipBlock: { cidr: 192.0.2.10/32 } }], ports: [{ port: 5432 }] }]', 'db.example.org', 5432, 'TCP', true],
    ['egress: [{ to: [{ ipBlock: { cidr: 192.0.2.10/32 } }], ports: [{ port: 5432 }] }]', 'db.example.org', 443, 'TCP', false],
  ] as const)('%s lets web reach %s:%d/%s: %s', (spec, to, port, protocol, allowed) =>
    expect(judged(policy(`podSelector: { matchLabels: { app: web } }, ${spec}`), flow('Deployment/web', to, port, protocol)).allowed).toBe(
      allowed,
    ),
  )
})

describe('judge against the words of the documentation', () => {
  const NAMES = ['a', 'b', 'c'] as const
  const PORTS = [8080, 8081]
  const peers = fc.option(fc.subarray([...NAMES], { minLength: 1 }), { nil: undefined })
  const rule = fc.record({ peers, ports: fc.option(fc.subarray(PORTS, { minLength: 1 }), { nil: undefined }) })
  const rules = fc.option(fc.array(rule, { maxLength: 2 }), { nil: undefined })
  const policies = fc.array(fc.record({ selects: fc.constantFrom(...NAMES), ingress: rules, egress: rules }), { maxLength: 4 })

  it('agrees with a plain reading of it', () => {
    fc.assert(
      fc.property(policies, (drawn) => {
        const yaml = drawn.map(({ selects, ingress, egress }, at) => {
          const write = (of: typeof ingress, field: string) =>
            (of ?? []).map(({ peers: who, ports }) => ({
              ...(who && { [field]: who.map((app) => ({ podSelector: { matchLabels: { app } } })) }),
              ...(ports && { ports: ports.map((port) => ({ port })) }),
            }))
          const policyTypes = [...(ingress ? ['Ingress'] : []), ...(egress ? ['Egress'] : [])]
          const spec = {
            podSelector: { matchLabels: { app: selects } },
            policyTypes,
            ingress: write(ingress, 'from'),
            egress: write(egress, 'to'),
          }
          return policyTypes.length === 0 ? '' : `---\n${JSON.stringify({ kind: 'NetworkPolicy', metadata: { name: `p${at}` }, spec })}\n`
        })
        const { objects, pods, namespace } = topology(NAMES.map((name) => deployment(name)).join('---\n') + yaml.join(''))
        const isolated = isolations(pods, readPolicies(objects, pods, namespace))
        const permits = (pod: string, direction: 'ingress' | 'egress', peer: string, port: number): boolean => {
          const own = drawn.filter((each) => each.selects === pod && each[direction] !== undefined)
          const fits = (each: { peers?: readonly string[] | undefined; ports?: readonly number[] | undefined }) =>
            (each.peers?.includes(peer) ?? true) && (each.ports?.includes(port) ?? true)
          return own.length === 0 || own.some((each) => each[direction]?.some(fits))
        }
        for (const from of NAMES)
          for (const to of NAMES.filter((name) => name !== from))
            for (const port of PORTS) {
              const expected = permits(from, 'egress', to, port) && permits(to, 'ingress', from, port)
              expect(judge(flow(`Deployment/${from}`, `Deployment/${to}`, port), isolated).allowed).toBe(expected)
            }
      }),
      { numRuns: 60 },
    )
  })
})
