import { describe, expect, it } from 'vitest'
import { autoscalers, utilizations } from '../../../src/policies/functions/autoscalers.ts'
import { deployment, objects } from './objects.ts'

const hpa = (spec: string, name = 'shop') =>
  `---\n{ kind: HorizontalPodAutoscaler, metadata: { name: ${name} }, spec: { scaleTargetRef: { kind: Deployment, name: shop }, ${spec} } }\n`

describe('autoscalers', () => {
  it('says what they scale, between which bounds', () => {
    expect(autoscalers(objects(deployment('shop') + hpa('minReplicas: 2, maxReplicas: 5')))).toEqual([
      {
        object: 'HorizontalPodAutoscaler/shop',
        path: 'spec.scaleTargetRef',
        target: 'Deployment/shop',
        found: true,
        setsReplicas: false,
        rivals: [],
        min: 2,
        max: 5,
      },
    ])
  })

  it('knows replicas that the manifest sets, also none', () => {
    const fixed = deployment('shop').replace('spec:\n  selector', 'spec:\n  replicas: 0\n  selector')
    expect(autoscalers(objects(fixed + hpa('maxReplicas: 5')))).toMatchObject([{ setsReplicas: true, min: 1 }])
  })

  it('knows two of one target, and a target that is not there', () => {
    expect(autoscalers(objects(deployment('other') + hpa('maxReplicas: 5') + hpa('maxReplicas: 6', 'second')))).toMatchObject([
      { found: false, rivals: ['HorizontalPodAutoscaler/second'] },
      { found: false, rivals: ['HorizontalPodAutoscaler/shop'] },
    ])
  })
})

describe('utilizations', () => {
  const of = (container: string, metric: string) => utilizations(objects(deployment('shop', container) + hpa(`maxReplicas: 5, ${metric}`)))
  const CPU = 'metrics: [{ resource: { name: cpu, target: { averageUtilization: 70 } } }]'

  it.each([
    ['          resources: { requests: { cpu: 1 } }', []],
    ['          resources: { limits: { cpu: 1 } }', []],
    ['          resources: { requests: { memory: 1Gi } }', ['shop']],
    ['', ['shop']],
  ])('%s: without %j', (container, without) => {
    expect(of(container, CPU)).toEqual([
      {
        object: 'HorizontalPodAutoscaler/shop',
        path: 'spec.metrics[0].resource.target.averageUtilization',
        resource: 'cpu',
        percent: 70,
        target: 'Deployment/shop',
        without,
      },
    ])
  })

  it('counts one container where the metric does', () => {
    const metric = (container: string) =>
      `metrics: [{ containerResource: { name: cpu, container: ${container}, target: { averageUtilization: 70 } } }]`
    expect(of('', metric('shop'))).toMatchObject([{ without: ['shop'] }])
    expect(of('', metric('sidecar'))).toMatchObject([{ without: [] }])
  })

  it('knows the first version of the API', () => {
    expect(of('', 'targetCPUUtilizationPercentage: 80')).toMatchObject([
      { path: 'spec.targetCPUUtilizationPercentage', resource: 'cpu', percent: 80 },
    ])
  })

  it('leaves metrics alone that are no percentages', () => {
    expect(
      of('', 'metrics: [{ resource: { name: cpu, target: { averageValue: 500m } } }, { pods: { target: { averageValue: 5 } } }]'),
    ).toEqual([])
  })
})
