import { expect, test } from 'vitest'
import { foreignManagers } from '../../../src/steps/deploy-to-kubernetes/foreign-managers.ts'

const BARE = { apiVersion: 'v1', kind: 'X', metadata: { name: 'x' } }

test.each([
  [{ labels: { 'app.kubernetes.io/managed-by': 'Helm' } }, ['Helm']],
  [{ labels: { 'app.kubernetes.io/managed-by': 'terraform' } }, ['Terraform']],
  [{ annotations: { 'meta.helm.sh/release-name': 'x' }, managedFields: [{ manager: 'helm' }] }, ['Helm']],
  [{ labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps' } }, ['Flux']],
  [{ annotations: { 'argocd.argoproj.io/tracking-id': 'x' } }, ['Argo CD']],
  [{ managedFields: [{ manager: 'Terraform' }, { manager: 'kubectl' }, { manager: 'argocd-controller' }] }, ['Terraform', 'Argo CD']],
  [
    {
      labels: { 'app.kubernetes.io/managed-by': 'hand' },
      managedFields: [{ manager: 'jmc-migrate' }, { manager: 'kube-controller-manager' }],
    },
    [],
  ],
])('%j is managed by %j', (metadata, managers) => {
  expect(foreignManagers({ ...BARE, metadata: { name: 'x', ...metadata } }, BARE)).toEqual(managers)
})

test("a chart's own label as Helm's is no sign of another tool; the notes of a release are", () => {
  const manifest = { ...BARE, metadata: { name: 'x', labels: { 'app.kubernetes.io/managed-by': 'Helm' } } }
  expect(foreignManagers(manifest, manifest)).toEqual([])
  const released = { ...manifest, metadata: { ...manifest.metadata, annotations: { 'meta.helm.sh/release-name': 'x' } } }
  expect(foreignManagers(released, manifest)).toEqual(['Helm'])
})
