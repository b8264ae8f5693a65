/** The resources that the controllers read and write. */
export const DEPLOYMENTS = { group: 'apps', plural: 'deployments' } as const
export const REPLICA_SETS = { group: 'apps', plural: 'replicasets' } as const
export const NODES = { group: '', plural: 'nodes' } as const
export const PODS = { group: '', plural: 'pods' } as const
export const SERVICES = { group: '', plural: 'services' } as const
export const ENDPOINT_SLICES = { group: 'discovery.k8s.io', plural: 'endpointslices' } as const
export const CLAIMS = { group: '', plural: 'persistentvolumeclaims' } as const
export const VOLUMES = { group: '', plural: 'persistentvolumes' } as const
export const STORAGE_CLASSES = { group: 'storage.k8s.io', plural: 'storageclasses' } as const
export const EVENTS = { group: '', plural: 'events' } as const
export const INGRESSES = { group: 'networking.k8s.io', plural: 'ingresses' } as const
