/** A policy file that is whole and holds: the documentation shows it, a test reads it. */
export const WHOLE_PACK = `apiVersion: jmc-migrate/policy/v1
pack: team
summary: What our team wants of everything it runs
rules:
  - name: owner-named
    severity: error
    looksAt: object
    kinds: [Deployment, StatefulSet]
    path: metadata.labels
    expression: object.metadata.?labels[?'example.org/owner'].orValue('') != ''
    message: "'no label example.org/owner'"
    why: At night somebody has to know whom to call.
    fix: 'Set metadata.labels: { example.org/owner: TEAM }.'
    examples:
      passing: |
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: shop, labels: { example.org/owner: till } }
      failing: |
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: shop }

  - name: image-from-us
    severity: warning
    looksAt: object
    kinds: [Deployment]
    each: object.spec.template.spec.containers
    path: spec.template.spec.containers[{index}].image
    expression: it.image.startsWith('registry.example.org/')
    message: it.name + ' runs ' + it.image
    why: Other registries answer when they like.
    fix: Push the image to registry.example.org and name it there.
    examples:
      passing: |
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: shop }
        spec: { template: { spec: { containers: [{ name: shop, image: registry.example.org/shop:1.4 }] } } }
      failing: |
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: shop }
        spec: { template: { spec: { containers: [{ name: shop, image: docker.io/library/nginx:1.29 }] } } }
`
