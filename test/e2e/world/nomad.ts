import { writeFile } from 'node:fs/promises'
import type { WorldFolder } from './folder.ts'
import type { Server } from './server.ts'

/** One agent, server and client at once, with ACLs. Not `-dev`: its state survives a restart of the agent. */
export async function writeNomadFiles(folder: WorldFolder): Promise<void> {
  await writeFile(
    folder.in('etc', 'nomad.json'),
    JSON.stringify({
      data_dir: folder.in('nomad'),
      name: 'hestia',
      bind_addr: '127.0.0.1',
      // Outside -dev a loopback address must be named.
      advertise: { http: '127.0.0.1', rpc: '127.0.0.1', serf: '127.0.0.1' },
      log_level: 'INFO',
      disable_update_check: true,
      // Every second, unless told: nobody reads them here.
      telemetry: { collection_interval: '30s' },
      acl: { enabled: true },
      server: { enabled: true, bootstrap_expect: 1, raft_multiplier: 1 },
      client: {
        enabled: true,
        network_interface: 'lo',
        cpu_total_compute: 8000,
        min_dynamic_port: 20000,
        max_dynamic_port: 20500,
        options: {
          'fingerprint.denylist': 'env_aws,env_gce,env_azure,env_digitalocean,consul,vault',
          'driver.allowlist': 'raw_exec',
        },
      },
      plugin: { raw_exec: { config: { enabled: true } } },
      consul: { auto_advertise: false, server_auto_join: false, client_auto_join: false },
    }),
  )
}

export const nomadAgent = (folder: WorldFolder, program: string): Server => ({
  name: 'nomad',
  command: [program, 'agent', `-config=${folder.in('etc', 'nomad.json')}`],
})
