import { expect, test } from 'vitest'
import { foreignManagers } from '../../../src/steps/deploy-to-kubernetes/foreign-managers.ts'

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
  expect(foreignManagers({ apiVersion: 'v1', kind: 'X', metadata: { name: 'x', ...metadata } })).toEqual(managers)
})
