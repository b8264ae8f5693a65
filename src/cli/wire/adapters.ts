/** The adapters but ssh, in one piece: loaded while the edge's host lets us in. */
export { createReleases } from '../../adapters/helm/releases.ts'
export { createImages } from '../../adapters/registry/images.ts'
export { createRendering } from '../../adapters/rendering/rendering.ts'
export { createVisitor } from '../../adapters/http/visitor.ts'
export { createKubernetes } from '../../adapters/kubernetes/kubernetes.ts'
export { createNomad } from '../../adapters/nomad/client.ts'
export { createEdge } from '../../adapters/traefik/edge.ts'
export { requestApiThroughHost } from '../../adapters/traefik/request-api.ts'
