/** A small site's manifests, by path, for tests. */
export const MANIFESTS: Readonly<Record<string, string>> = {
  'manifests/site.yaml': `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: site }
spec:
  rules:
    - host: www.example.org
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: site, labels: { app: site } }
spec:
  replicas: 2
  template: { spec: { containers: [{ name: site, image: 'site:1' }] } }
---
---
apiVersion: v1
kind: Service
metadata: { name: site }
spec: { ports: [{ port: 80 }] }
`,
}
