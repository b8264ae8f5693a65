import { describe, expect, it } from 'vitest'
import { singleWriters } from '../../../src/policies/functions/writers.ts'
import { deployment, objects } from './objects.ts'

const claim = (mode: string) => `---\n{ kind: PersistentVolumeClaim, metadata: { name: files }, spec: { accessModes: [${mode}] } }\n`
const mounting = (name: string, mount = '', volume = '') =>
  deployment(name, `          volumeMounts: [{ name: files, mountPath: /files ${mount} }]\n`) +
  `      volumes: [{ name: files, persistentVolumeClaim: { claimName: files ${volume} } }]\n`
const writers = (yaml: string, declared = false) => singleWriters(objects(yaml), declared)

describe('singleWriters', () => {
  it.each(['ReadWriteOnce', 'ReadWriteOncePod'])('knows who writes to a %s claim', (mode) => {
    expect(writers(mounting('shop') + claim(mode))).toEqual([
      {
        object: 'Deployment/shop',
        path: 'spec',
        kind: 'Deployment',
        because: 'claim files is ReadWriteOnce',
        replicas: 1,
        recreates: false,
        autoscalers: [],
        others: [],
      },
    ])
  })

  it.each([
    ['a claim that many may write', mounting('shop') + claim('ReadWriteMany')],
    ['a claim that some may write many', mounting('shop') + claim('ReadWriteOnce, ReadWriteMany')],
    ['a claim that the plan does not make', mounting('shop')],
    ['a mount that only reads', mounting('shop', ', readOnly: true') + claim('ReadWriteOnce')],
    ['a volume that only reads', mounting('shop', '', ', readOnly: true') + claim('ReadWriteOnce')],
    ['a job', mounting('shop').replace('kind: Deployment', 'kind: Job') + claim('ReadWriteOnce')],
    ['a volume that nothing mounts', mounting('shop').replace(/volumeMounts.*/, 'env: []') + claim('ReadWriteOnce')],
  ])('does not mean %s', (_, yaml) => expect(writers(yaml)).toEqual([]))

  it('says how many there would be', () => {
    const fixed = mounting('shop').replace('spec:\n  selector', 'spec:\n  replicas: 3\n  strategy: { type: Recreate }\n  selector')
    expect(writers(fixed + claim('ReadWriteOnce'))).toMatchObject([{ replicas: 3, recreates: true }])
    const everywhere = mounting('shop').replace('kind: Deployment', 'kind: DaemonSet')
    expect(writers(everywhere + claim('ReadWriteOnce'))[0]?.replicas).toBeGreaterThan(1000)
    const set = mounting('shop').replace('kind: Deployment', 'kind: StatefulSet')
    expect(writers(set + claim('ReadWriteOnce'))).toMatchObject([{ recreates: true }])
  })

  it('names autoscalers and others on the same claim', () => {
    const hpa =
      '---\n{ kind: HorizontalPodAutoscaler, metadata: { name: h }, spec: { scaleTargetRef: { kind: Deployment, name: shop } } }\n'
    expect(writers(`${mounting('shop')}---\n${mounting('backup')}${claim('ReadWriteOnce')}${hpa}`)).toMatchObject([
      { object: 'Deployment/shop', autoscalers: ['HorizontalPodAutoscaler/h'], others: ['Deployment/backup'] },
      { object: 'Deployment/backup', autoscalers: [], others: ['Deployment/shop'] },
    ])
  })

  it.each([
    ['Job', (yaml: string) => yaml.replace('kind: Deployment', 'kind: Job')],
    [
      'CronJob',
      () =>
        '{ kind: CronJob, metadata: { name: backup }, spec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: b, volumeMounts: [{ name: files, mountPath: /files }] }], volumes: [{ name: files, persistentVolumeClaim: { claimName: files } }] } } } } } }\n',
    ],
    [
      'Pod',
      () =>
        '{ kind: Pod, metadata: { name: backup }, spec: { containers: [{ name: b, volumeMounts: [{ name: files, mountPath: /files }] }], volumes: [{ name: files, persistentVolumeClaim: { claimName: files } }] } }\n',
    ],
  ] as const)('counts a %s among the others, which itself need not be alone', (kind, as) => {
    const found = writers(`${mounting('shop')}---\n${as(mounting('backup'))}${claim('ReadWriteOnce')}`)
    expect(found).toMatchObject([{ object: 'Deployment/shop', others: [`${kind}/backup`] }])
    expect(found).toHaveLength(1)
  })

  describe('where the plan says so', () => {
    it('means who writes to any claim', () => {
      const found = writers(`${deployment('web')}---\n${mounting('shop')}${claim('ReadWriteMany')}`, true)
      expect(found).toMatchObject([{ object: 'Deployment/shop', because: 'the plan says `singleWriter`, and it writes to claim files' }])
      expect(found).toHaveLength(1)
    })

    it('means everybody where nobody does', () => {
      expect(writers(`${deployment('web')}---\n${deployment('api')}`, true).map(({ object, because }) => [object, because])).toEqual([
        ['Deployment/web', 'the plan says `singleWriter`'],
        ['Deployment/api', 'the plan says `singleWriter`'],
      ])
    })
  })
})
