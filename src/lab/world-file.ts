import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Identity } from './certificates.ts'
import type { LabFault } from './contract.ts'
import type { EdgeWorld } from './edge/index.ts'
import type { KubernetesWorld } from './kubernetes/kubernetes.ts'
import type { NomadWorld } from './nomad/index.ts'

/** The whole lab as plain data. What is on hestia's disk lies beside it, as files. */
export interface LabWorld {
  readonly schema: 1
  readonly authority: Identity
  readonly kubernetes: KubernetesWorld
  readonly nomad: NomadWorld
  readonly edge: EdgeWorld
  faults: LabFault[]
  /** When the edge was first seen to send visitors to Kubernetes, milliseconds since the epoch. */
  movedAt?: number
}

const FILE = 'world.json'

export const hasWorld = (directory: string): boolean => existsSync(join(directory, FILE))

export const loadWorld = (directory: string): LabWorld => JSON.parse(readFileSync(join(directory, FILE), 'utf8')) as LabWorld

/** At once and whole: a server's answer goes out only after this, and a process may be killed at any moment. */
export function saveWorld(directory: string, world: LabWorld): void {
  const temporary = join(directory, `${FILE}.${process.pid}.tmp`)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  writeFileSync(temporary, JSON.stringify(world), { mode: 0o600 })
  renameSync(temporary, join(directory, FILE))
}
