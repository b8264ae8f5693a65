import { describe, expect, it } from 'vitest'
import { templateLiterals } from '../../../../src/policies/functions/charts/hard-coded.ts'

const repeats = (values: string, template: string, file = 'deployment.yaml') =>
  templateLiterals({ chart: 'shop', values: [], files: { 'shop/values.yaml': values, [`shop/templates/${file}`]: template } })
    .filter(({ value }) => value !== '')
    .map(({ path, key, value }) => `${path} ${key} ${value}`)

describe('templateLiterals', () => {
  it.each([
    ['replicaCount: 2', 'spec:\n  replicas: 2\n', ['templates/deployment.yaml:2 replicas replicaCount']],
    ['replicaCount: 2', 'spec:\n  replicas: {{ .Values.replicaCount }}\n', []],
    ['replicaCount: 2', 'spec:\n  replicas: 1\n', []],
    ['replicaCount: 2', 'spec:\n  periodSeconds: 2\n', []],
    ['port: 8000', '  - containerPort: 8000 # it listens\n', ['templates/deployment.yaml:1 containerPort port']],
    ['listen: 8000', 'value: "8000"\n', ['templates/deployment.yaml:1 value listen']],
    ['repository: registry.example.org/shop', 'image: registry.example.org/shop\n', ['templates/deployment.yaml:1 image repository']],
    ['port: 8000', '# containerPort: 8000\n', []],
    ['port: 8000', '{{- /*\n containerPort: 8000\n*/ -}}\ncontainerPort: 8000\n', ['templates/deployment.yaml:4 containerPort port']],
    ['path: /', 'path: /\n', []],
    ['type: ClusterIP', 'type: ClusterIP\n', []],
    ['enabled: true', 'enabled: true\n', []],
    ['', 'replicas: 2\n', []],
  ])('%s in %j', (values, template, expected) => expect(repeats(values, template)).toEqual(expected))

  it('keeps the sections of several workloads apart', () => {
    const values = 'frontend: { replicaCount: 1, port: 3000 }\nbackend: { port: 8000 }\n'
    expect(repeats(values, 'replicas: 1\n', 'backend/deployment.yaml')).toEqual([])
    expect(repeats(values, 'replicas: 1\n', 'frontend/deployment.yaml')).toEqual([
      'templates/frontend/deployment.yaml:1 replicas frontend.replicaCount',
    ])
    expect(repeats(values, 'value: 8000\n', 'frontend/deployment.yaml')).toEqual([
      'templates/frontend/deployment.yaml:1 value backend.port',
    ])
  })

  it.each(['_helpers.tpl', 'NOTES.txt', 'tests/connection.yaml'])('does not read %s', (file) =>
    expect(repeats('port: 8000', 'port: 8000\n', file)).toEqual([]),
  )
})
