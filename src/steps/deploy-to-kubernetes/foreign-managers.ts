import type { KubernetesObject } from '../../domain/ports/index.ts'

const MARKS: readonly { readonly name: string; readonly key: RegExp; readonly value?: RegExp }[] = [
  { name: 'Helm', key: /^meta\.helm\.sh\/release-name$/ },
  { name: 'Helm', key: /^app\.kubernetes\.io\/managed-by$/, value: /^helm$/i },
  { name: 'Terraform', key: /^app\.kubernetes\.io\/managed-by$/, value: /terraform/i },
  { name: 'Flux', key: /^(kustomize|helm)\.toolkit\.fluxcd\.io\// },
  { name: 'Argo CD', key: /^argocd\.argoproj\.io\// },
]
const MANAGERS: readonly { readonly name: string; readonly manager: RegExp }[] = [
  { name: 'Terraform', manager: /terraform|opentofu|tofu/i },
  { name: 'Flux', manager: /^(flux|kustomize-controller|helm-controller|source-controller)/i },
  { name: 'Argo CD', manager: /argocd/i },
  { name: 'Helm', manager: /^helm$/i },
  { name: 'Pulumi', manager: /pulumi/i },
]

/**
 * Tools that also look after this object, and would fight with us over it (facts: first users' set-up 6). A mark that the manifest itself carries
 * says nothing: charts label their objects as Helm's although no release of it is there.
 */
export function foreignManagers({ metadata }: KubernetesObject, manifest: KubernetesObject): readonly string[] {
  const own = { ...manifest.metadata.labels, ...manifest.metadata.annotations }
  const marks = Object.entries({ ...metadata.labels, ...metadata.annotations }).filter(([name, text]) => own[name] !== text)
  const fromMarks = MARKS.filter(({ key, value }) =>
    marks.some(([name, text]) => key.test(name) && (value === undefined || value.test(text))),
  ).map((each) => each.name)
  const managers = (metadata.managedFields ?? []).map((entry) => entry['manager']).filter((each) => typeof each === 'string')
  const fromFields = MANAGERS.filter(({ manager }) => managers.some((each) => manager.test(each))).map((each) => each.name)
  return [...new Set([...fromMarks, ...fromFields])]
}
