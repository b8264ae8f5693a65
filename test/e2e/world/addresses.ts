/** Addresses in a world's own network: the same in every world, and nothing outside answers to them. */
export const SITE = 'www.jaynemartincounselling.co.uk'
export const BARE_DOMAIN = 'jaynemartincounselling.co.uk'

export const NODE = '10.244.255.1'
/** The cluster's Traefik, with the port of its NodePort service. */
export const INGRESS = '10.244.255.2'
export const INGRESS_PORT = 30443
export const INGRESS_API = 'http://127.0.0.1:8081'

export const API_SERVER_PORT = 16443
export const API_SERVER = `https://127.0.0.1:${API_SERVER_PORT}`
export const ETCD = 'http://127.0.0.1:12379'
export const ETCD_PEERS = 'http://127.0.0.1:12380'

export const NOMAD = 'http://127.0.0.1:4646'
export const CATALOG_PORT = 8500
export const CATALOG = `http://127.0.0.1:${CATALOG_PORT}`

export const EDGE_API = 'http://127.0.0.1:8080'
/** Where visitors connect, with and without TLS. */
export const EDGE_VISITORS = '127.0.0.1:8443'
export const EDGE_PLAIN = '127.0.0.1:8000'
/** The edge's file as its host knows it. */
export const DYNAMIC_CONFIG = '/mnt/docker/traefik/traefik/dynamic_conf.yml'

export const SSH_PORT = 2222
export const REGISTRY = '127.0.0.1:5000'
