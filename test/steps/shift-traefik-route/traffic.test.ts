import { describe, expect, test } from 'vitest'
import type { PlanStep } from '../../../src/domain/plan.ts'
import { siteOf } from '../../../src/domain/plan.ts'
import type { StepTraffic } from '../../../src/domain/traffic.ts'
import { shiftTraefikRoute } from '../../../src/steps/shift-traefik-route.ts'
import { switchTraefikRoute } from '../../../src/steps/switch-traefik-route.ts'
import type { ShiftSpec } from '../../../src/steps/shift-traefik-route/record.ts'
import { PLAN } from '../context.ts'
import { SWITCH } from '../switch-spec.ts'
import { HandingOver } from './handing-over.ts'

const NEW = { do: 'route-add', to: 'new' } as const
const PROVE = { do: 'prove', side: 'old' } as const

function trafficOf(steps: readonly PlanStep[], id: string): StepTraffic {
  const index = steps.findIndex((each) => each.id === id)
  return shiftTraefikRoute.traffic(steps[index]?.spec as ShiftSpec, steps.slice(0, index))
}

describe('what a portion does to visitors', () => {
  const { steps } = new HandingOver(['5%', '50%', '100%'])

  test('the first brings some of them to the new side, and its undo takes them off it', () =>
    expect(trafficOf(steps, '5%')).toEqual({ forward: [NEW], back: [PROVE, { do: 'route-remove', from: 'new' }] }))

  test('another one moves nobody to where nobody was', () => expect(trafficOf(steps, '50%')).toEqual({ forward: [NEW], back: [PROVE] }))

  test('Kubernetes alone takes the old side from them', () =>
    expect(trafficOf(steps, '100%')).toEqual({
      forward: [NEW, { do: 'route-remove', from: 'old' }],
      back: [PROVE, { do: 'route-add', to: 'old' }],
    }))
})

describe('in a plan', () => {
  const codes = (steps: readonly PlanStep[], id: string, status = 200): readonly string[] => {
    const spec = steps.find((each) => each.id === id)?.spec as ShiftSpec
    const plan = { ...PLAN, site: { ...siteOf(PLAN), expect: { status } }, steps }
    return (shiftTraefikRoute.check?.(spec, plan) ?? []).map((each) => each.code)
  }

  test('it needs a route that a step before it opened', () => {
    const { steps } = new HandingOver(['5%'])
    expect(codes(steps, '5%')).toEqual([])
    expect(codes(steps.slice(1), '5%')).toEqual(['route-not-open'])
  })

  test('a switch at once has no place beside portions', () => {
    const { steps } = new HandingOver(['50%'])
    const spec = { ...SWITCH }
    const check = (all: readonly PlanStep[]) => (switchTraefikRoute.check?.(spec, { ...PLAN, steps: all }) ?? []).map((each) => each.code)
    const cut = { ...steps[0]!, id: 'cut', kind: 'switch-traefik-route', spec }
    expect(check([...steps, cut])).toEqual(['route-is-open'])
    expect(check([cut])).toEqual([])
  })

  test('nothing is shared after Kubernetes has it alone', () =>
    expect(codes(new HandingOver(['100%', '50%']).steps, '50%')).toEqual(['route-not-shared']))

  test('a health check is for failover', () => {
    const healthCheck = { path: '/', interval: 1_000, timeout: 500 }
    expect(codes(new HandingOver([{ send: '5%', healthCheck }]).steps, '5%')).toEqual(['needless-health-check'])
    expect(codes(new HandingOver([{ send: 'failover', healthCheck }]).steps, 'failover')).toEqual([])
    expect(shiftTraefikRoute.spec.parse({ send: 'failover', healthCheck: { interval: '500ms' } })).toMatchObject({
      healthCheck: { interval: 500, timeout: 1_000 },
    })
  })

  test('a site that answers what a health check takes for a failure needs a path of its own', () => {
    expect(codes(new HandingOver(['failover']).steps, 'failover', 401)).toEqual(['health-check-missing'])
    expect(codes(new HandingOver(['failover']).steps, 'failover', 302)).toEqual([])
  })

  test.each(['0%', '101%', '5', '5.5%', 'half', 'all'])('%s is no portion', (send) =>
    expect(shiftTraefikRoute.spec.safeParse({ send }).success).toBe(false),
  )
  test.each(['1%', '99%', '100%', 'failover'])('%s is one', (send) => expect(shiftTraefikRoute.spec.safeParse({ send }).success).toBe(true))
})

test('a spare is watched for two rounds of its health check; the way back waits for none', () => {
  const spec = { send: 'failover' as const, healthCheck: { path: '/', interval: 5_000, timeout: 2_000 } }
  expect(shiftTraefikRoute.defaultGate(spec).hold).toBe(14_000)
  expect(shiftTraefikRoute.undoGate?.(spec).hold).toBe(0)
})
