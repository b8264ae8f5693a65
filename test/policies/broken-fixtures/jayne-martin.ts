import type { Breaks } from './breaks.ts'
import { add, all, duplicate, push, put, unwaived } from './breaks.ts'
import type { BrokenFixture } from './fixtures.ts'
import { breaksOfImages, described } from './of-charts.ts'
import { breaksOfIngress, breaksOfOpenNetwork, breaksOfServices } from './of-services.ts'
import { breaksOfProduction, breaksOfWorkloads } from './of-workloads.ts'

const NAME = 'jayne-martin-counselling'
const DEPLOYMENT = `Deployment/${NAME}`
const INGRESS = `Ingress/${NAME}`

const ALREADY = {
  'config/references-exist': 'the pull secret is in the namespace already, made by somebody else: a warning',
  'ingress/tls-secret-exists': 'the certificate is made by somebody else: a warning',
  'network/policies-present': 'the manifests of the notes have no NetworkPolicies: a hint',
  'workloads/read-only-root': 'the web server of the image writes to its own root: a hint',
}

/** The plan expects no size and no image. */
const { 'images/size-within-limit': _size, 'images/expected-image-used': _used, ...IMAGES } = breaksOfImages('website', DEPLOYMENT)

const breaks: Breaks = {
  ...breaksOfWorkloads(DEPLOYMENT, 'website'),
  ...breaksOfProduction(DEPLOYMENT, 'website'),
  'workloads/non-root': unwaived('workloads/non-root'),
  'workloads/no-privilege-escalation': unwaived('workloads/no-privilege-escalation'),
  'workloads/no-latest-tag': unwaived('workloads/no-latest-tag'),
  'config/no-secret-in-git': add(DEPLOYMENT, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'forgotten' },
    stringData: { SMTP_PASSWORD: 'h7Gd93kLq2' },
  }),
  ...breaksOfServices(`Service/${NAME}`, []),
  ...breaksOfOpenNetwork(DEPLOYMENT),
  ...breaksOfIngress(INGRESS, 'wildcard-brmartin-tls', { path: '/api', service: NAME, port: 80 }),
  'ingress/path-claimed-once': all(
    duplicate(`Service/${NAME}`, 'twin'),
    push(INGRESS, 'spec.rules.0.http.paths', {
      path: '/',
      pathType: 'Prefix',
      backend: { service: { name: 'twin', port: { number: 80 } } },
    }),
  ),
  'ingress/host-is-the-sites': all(
    put(INGRESS, 'spec.rules.0.host', 'jaynemartincounselling.co.uk'),
    put(INGRESS, 'spec.tls.0.hosts', ['jaynemartincounselling.co.uk']),
  ),
  'config/reference-keys-exist': all(
    add(DEPLOYMENT, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'words' }, data: { TITLE: 'Jayne Martin' } }),
    push(DEPLOYMENT, 'spec.template.spec.containers.0.env', {
      name: 'HEADING',
      valueFrom: { configMapKeyRef: { name: 'words', key: 'HEADING' } },
    }),
  ),
  ...IMAGES,
  'images/image-non-root': described('website', (image) => ({ ...image, user: 'root' })),
}

export const jayneMartin: BrokenFixture = {
  plan: NAME,
  breaks: Object.fromEntries(Object.entries(breaks).filter(([rule]) => !(rule in ALREADY))),
  already: ALREADY,
  unbreakable: {},
}
