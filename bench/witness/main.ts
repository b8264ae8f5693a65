import { createWriteStream } from 'node:fs'
import { Agent } from 'undici'
import { openDoor, openHttpDoor } from './doors.ts'
import type { Fact } from './facts.ts'
import type { Places } from './looks.ts'
import { lookAround } from './looks.ts'

// A process of its own in the world's network: sees when the servers are ready, and counts what whoever migrates asks. One argument, JSON.
// Says `watching` when its doors are open, and each thing that it sees; SIGTERM ends it.
export interface WitnessArguments {
  readonly places: Places
  /** `host:port` of the servers behind the doors. */
  readonly nomad: string
  readonly traefik: string
  readonly visitors: string
  readonly file: string
}

const { places, nomad, traefik, visitors, file } = JSON.parse(process.argv[2] ?? '') as WitnessArguments
const out = createWriteStream(file)
const keep = (fact: Fact): void => void out.write(`${JSON.stringify(fact)}\n`)
process.once('SIGTERM', () => out.end(() => process.exit()))

await openHttpDoor('nomad', nomad, keep)
await openHttpDoor('traefik', traefik, keep)
await openDoor('visit', visitors, keep)
process.stdout.write('watching\n')
// The edge does not check that certificate either.
await lookAround(places, new Agent({ connect: { rejectUnauthorized: false } }), (what) => {
  keep({ type: 'seen', at: Date.now(), what })
  process.stdout.write(`${what}\n`)
})
