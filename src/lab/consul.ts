import type { LabHandler } from './contract.ts'

/** Where the host's own Consul agent listens. */
export const CONSUL_PORT = 8500

/** A Consul agent beside Nomad's that goes on without it: it knows its leader, and nothing else of it is asked. */
export const labConsul: LabHandler = async ({ method, path }) =>
  method === 'GET' && path === '/v1/status/leader'
    ? { status: 200, headers: { 'content-type': 'application/json' }, body: '"127.0.0.1:8300"' }
    : { status: 501, headers: { 'content-type': 'text/plain' }, body: `the lab's Consul does not know ${method} ${path}` }
