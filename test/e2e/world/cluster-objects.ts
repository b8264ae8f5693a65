/** An object that every world's cluster has, and where it is created. */
interface ClusterObject {
  readonly path: string
  readonly object: object
}

export const INGRESS_CLASS: ClusterObject = {
  path: '/apis/networking.k8s.io/v1/ingressclasses',
  object: {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'traefik' },
    spec: { controller: 'traefik.io/ingress-controller' },
  },
}

const text = { type: 'string' }
const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }

/** The vertical pod autoscaler that the first users' manifests name, without its controller. `served` is where it is found once established. */
export const CUSTOM_RESOURCES: readonly (ClusterObject & { readonly served: string })[] = [
  {
    path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    served: '/apis/autoscaling.k8s.io/v1/verticalpodautoscalers',
    object: {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: {
        name: 'verticalpodautoscalers.autoscaling.k8s.io',
        // Groups of *.k8s.io are refused without it.
        annotations: { 'api-approved.kubernetes.io': 'https://github.com/kubernetes/kubernetes/pull/63797' },
      },
      spec: {
        group: 'autoscaling.k8s.io',
        scope: 'Namespaced',
        names: {
          kind: 'VerticalPodAutoscaler',
          listKind: 'VerticalPodAutoscalerList',
          plural: 'verticalpodautoscalers',
          singular: 'verticalpodautoscaler',
          shortNames: ['vpa'],
        },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            subresources: { status: {} },
            schema: {
              openAPIV3Schema: {
                type: 'object',
                required: ['spec'],
                properties: {
                  spec: {
                    type: 'object',
                    required: ['targetRef'],
                    properties: {
                      targetRef: { type: 'object', required: ['kind', 'name'], properties: { apiVersion: text, kind: text, name: text } },
                      updatePolicy: {
                        type: 'object',
                        properties: {
                          updateMode: { type: 'string', enum: ['Off', 'Initial', 'Recreate', 'InPlaceOrRecreate', 'Auto'] },
                          minReplicas: { type: 'integer' },
                        },
                      },
                      resourcePolicy: anything,
                    },
                  },
                  status: anything,
                },
              },
            },
          },
        ],
      },
    },
  },
]
