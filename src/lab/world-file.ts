import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ProblemError } from '../domain/problem.ts'
import type { Identity } from './certificates.ts'
import type { LabFault } from './contract.ts'
import type { EdgeWorld } from './edge/index.ts'
import type { LabUnit } from './host/index.ts'
import type { KubernetesWorld } from './kubernetes/kubernetes.ts'
import type { NomadWorld } from './nomad/index.ts'

/** The whole lab as plain data. What is on hestia's disk lies beside it, as files. */
export interface LabWorld {
  readonly schema: 1
  readonly authority: Identity
  readonly kubernetes: KubernetesWorld
  readonly nomad: NomadWorld
  readonly edge: EdgeWorld
  /** The host's services, by full name; a world of before there were any gets them. */
  units?: Record<string, LabUnit>
  faults: LabFault[]
  /** When the edge was first seen to send visitors to Kubernetes, milliseconds since the epoch. */
  movedAt?: number
}

const FILE = 'world.json'

export const hasWorld = (directory: string): boolean => existsSync(join(directory, FILE))

/** Rejects with `lab-world-damaged` where the file is no world: somebody edited it, or a disk lost a part of it. */
export function loadWorld(directory: string): LabWorld {
  const file = join(directory, FILE)
  const text = readFileSync(file, 'utf8')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw damaged(directory, `is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (looksLikeWorld(value)) return value
  throw damaged(directory, 'is JSON, but not a world of the lab')
}

const MEMBERS: readonly (keyof LabWorld)[] = ['authority', 'kubernetes', 'nomad', 'edge', 'faults']

function looksLikeWorld(value: unknown): value is LabWorld {
  if (typeof value !== 'object' || value === null || !('schema' in value) || value.schema !== 1) return false
  const members = new Map<string, unknown>(Object.entries(value))
  return (
    MEMBERS.every((name) => typeof members.get(name) === 'object' && members.get(name) !== null) && Array.isArray(members.get('faults'))
  )
}

const damaged = (directory: string, what: string): ProblemError =>
  new ProblemError({
    code: 'lab-world-damaged',
    summary: `the lab cannot start: ${join(directory, FILE)} ${what}`,
    attempted: "read the lab's world",
    next: [
      'mend the file, or restore it from a copy',
      `or start the lab anew: rm -r ${directory}`,
      'then a run that was under way in the lab no longer fits: move the folder runs beside it away as well',
    ],
    effect: 'no',
  })

/** At once and whole: a server's answer goes out only after this, and a process may be killed at any moment. */
export function saveWorld(directory: string, world: LabWorld): void {
  const temporary = join(directory, `${FILE}.${process.pid}.tmp`)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  writeFileSync(temporary, JSON.stringify(world), { mode: 0o600 })
  renameSync(temporary, join(directory, FILE))
}
