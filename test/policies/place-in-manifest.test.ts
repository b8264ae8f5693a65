import { describe, expect, it } from 'vitest'
import { manifestPlaces } from '../../src/policies/place-in-manifest.ts'

const TEXT = `# Ours.
apiVersion: v1
kind: Service
metadata:
  name: web
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
        - name: first
          image: a
        - name: second
          image: b
---
apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: ConfigMap, metadata: { name: one }, data: { a: b } }
  - apiVersion: v1
    kind: ConfigMap
    metadata:
      name: two
    data:
      app.properties: x
`
const place = (object: string, line: number, path: string): string => {
  const found = manifestPlaces('web.yaml', TEXT)({ object, line, path })
  return `${found.file}:${found.line}:${found.column}`
}

describe('a field of a manifest', () => {
  it.each([
    ['of the first document', 'Service/web', 2, 'metadata.name', 'web.yaml:5:9'],
    ['of another document, in a list', 'Deployment/web', 7, 'spec.template.spec.containers[1].image', 'web.yaml:18:18'],
    [
      'that is not there: the nearest around it',
      'Deployment/web',
      7,
      'spec.template.spec.containers[1].resources.limits',
      'web.yaml:17:11',
    ],
    ['of an object of a List, with dots in its key', 'ConfigMap/two', 20, 'data.app.properties', 'web.yaml:29:23'],
    ['of an object of a List, in a flow', 'ConfigMap/shop/one', 20, 'data.a', 'web.yaml:23:76'],
    ['of a document that is elsewhere: the line that is known', 'Service/other', 90, 'metadata', 'web.yaml:90:1'],
  ])('%s', (_, object, line, path, found) => expect(place(object, line, path)).toBe(found))
})
