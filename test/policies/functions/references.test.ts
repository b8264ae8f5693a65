import { describe, expect, it } from 'vitest'
import { keys, references, resolvedReferences } from '../../../src/policies/functions/references.ts'
import { object, objects } from './objects.ts'

const DEPLOYMENT = `kind: Deployment
metadata: { name: shop }
spec:
  template:
    spec:
      imagePullSecrets: [{ name: registry }]
      initContainers: [{ name: migrate, envFrom: [{ secretRef: { name: migrate } }] }]
      containers:
        - name: shop
          env:
            - { name: PLAIN, value: text }
            - { name: URL, valueFrom: { secretKeyRef: { name: shop, key: DATABASE_URL } } }
            - { name: LEVEL, valueFrom: { configMapKeyRef: { name: shop, key: LEVEL, optional: true } } }
            - { name: POD, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
          envFrom: [{ configMapRef: { name: settings, optional: true } }]
      volumes:
        - { name: a, persistentVolumeClaim: { claimName: files } }
        - { name: b, secret: { secretName: tls, items: [{ key: tls.crt, path: crt }] } }
        - { name: c, configMap: { name: pages } }
        - { name: d, projected: { sources: [{ secret: { name: token } }, { configMap: { name: ca } }, { downwardAPI: {} }] } }
        - { name: e, emptyDir: {} }
`

describe('references', () => {
  it('finds every way to name one, and where', () => {
    const found = references(object(DEPLOYMENT)).map(({ path, kind, name, key, variable, optional }) =>
      [path.replace('spec.template.spec.', ''), kind, name, key, variable, optional].join(' ').trim(),
    )
    expect(found).toEqual([
      'containers[0].env[1].valueFrom.secretKeyRef Secret shop DATABASE_URL URL false',
      'containers[0].env[2].valueFrom.configMapKeyRef ConfigMap shop LEVEL LEVEL true',
      'containers[0].envFrom[0].configMapRef ConfigMap settings   true',
      'initContainers[0].envFrom[0].secretRef Secret migrate   false',
      'volumes[0].persistentVolumeClaim PersistentVolumeClaim files   false',
      'volumes[1].secret.items[0] Secret tls tls.crt  false',
      'volumes[2].configMap ConfigMap pages   false',
      'volumes[3].projected.sources[0].secret Secret token   false',
      'volumes[3].projected.sources[1].configMap ConfigMap ca   false',
      'imagePullSecrets[0] Secret registry   false',
    ])
  })

  it.each(['{ kind: Service }', 'null', '{ kind: Deployment, spec: { template: { spec: { containers: [{ env: text }] } } } }'])(
    'finds none in %s',
    (yaml) => expect(references(object(yaml))).toEqual([]),
  )
})

describe('resolvedReferences', () => {
  const answer = (others: string, name: string) =>
    resolvedReferences(objects(`${DEPLOYMENT}---\n${others}`)).find((reference) => reference.name === name)

  it('knows the plan’s own objects and their keys', () => {
    const secret = '{ kind: Secret, metadata: { name: shop }, stringData: { DATABASE_URL: text } }'
    expect(answer(secret, 'shop')).toMatchObject({ found: true, keyFound: true })
    expect(answer(secret.replace('DATABASE_URL', 'OTHER'), 'shop')).toMatchObject({ found: true, keyFound: false })
    expect(answer(secret, 'migrate')).toMatchObject({ found: false, keyFound: true })
  })

  it.each([
    '{ kind: ExternalSecret, metadata: { name: migrate } }',
    '{ kind: ExternalSecret, metadata: { name: other }, spec: { target: { name: migrate } } }',
    '{ kind: SealedSecret, metadata: { name: migrate } }',
    '{ kind: Certificate, metadata: { name: other }, spec: { secretName: migrate } }',
  ])('knows what controllers will make: %s', (maker) => expect(answer(maker, 'migrate')).toMatchObject({ found: true, keyFound: true }))

  it('knows the ConfigMap that every namespace has', () => {
    const pod = '{ kind: Pod, metadata: { name: p }, spec: { containers: [{}], volumes: [{ configMap: { name: kube-root-ca.crt } }] } }'
    expect(answer(pod, 'kube-root-ca.crt')).toMatchObject({ found: true })
  })
})

it('keys are those of all of an object’s fields', () => {
  expect(keys(object('{ kind: Secret, data: { a: YQ== }, stringData: { b: b } }'))).toEqual(['a', 'b'])
  expect(keys(object('{ kind: ConfigMap, data: { a: a }, binaryData: { c: YQ== } }'))).toEqual(['a', 'c'])
})
