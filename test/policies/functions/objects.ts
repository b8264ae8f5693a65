import { parseAllDocuments } from 'yaml'
import type { Json } from '../../../src/domain/json.ts'
import { topologyOf } from '../../../src/policies/functions/topology.ts'
import type { Topology } from '../../../src/policies/functions/topology.ts'

/** YAML documents as plain data. */
export function objects(yaml: string): readonly Json[] {
  return parseAllDocuments(yaml).map((document) => document.toJS() as Json)
}

export function object(yaml: string): Json {
  return objects(yaml)[0] ?? null
}

/** A plan's objects as they hang together, in the namespace `shop`. */
export function topology(yaml: string, expects: Json = {}): Topology {
  return topologyOf(objects(yaml), { namespace: 'shop', expects })
}

/** A Deployment that listens on 8080 (`http`), and a Service of its name with port 80 before it. `container`: more lines of the container. */
export function served(name: string, container = ''): string {
  return `${deployment(name, container)}---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${name} }, ports: [{ port: 80, targetPort: http }] }
`
}

export function deployment(name: string, container = ''): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
        - name: ${name}
          image: registry.example.org/${name}:1.0.0
          ports: [{ name: http, containerPort: 8080 }]
${container === '' || container.endsWith('\n') ? container : `${container}\n`}`
}
