import { execFile } from 'node:child_process'
import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { promisify } from 'node:util'

/** What tells one process from every other, also after its pid was given to another or the machine booted again. */
export interface ProcessIdentity {
  readonly pid: number
  readonly host: string
  /** When the process began: clock ticks since boot (`/proc/PID/stat`, field 22), or the text of `ps -o lstart=` (macOS). */
  readonly startTime: string
  /** Linux: `/proc/sys/kernel/random/boot_id`. */
  readonly bootId?: string
  /** Linux: `/etc/machine-id`. Of two machines of one name it tells one that was booted again from the other. */
  readonly machineId?: string
  /** Linux: `/proc/self/ns/pid`. In another container the same pid is another process. */
  readonly pidNamespace?: string
}

/** `gone` also for a zombie; `unseen`: it lives, if it does, where this process cannot look. */
export type Liveness = 'alive' | 'gone' | 'unseen'

/** The identity of a process of this machine; undefined when there is none of that pid. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const startTime = await startTimeOf(pid)
  if (startTime === undefined) return undefined
  const [bootId, machineId, pidNamespace] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => undefined),
    machineIdOf(),
    readlink('/proc/self/ns/pid').catch(() => undefined),
  ])
  return {
    pid,
    host: hostname(),
    startTime,
    ...(bootId !== undefined && { bootId: bootId.trim() }),
    ...(machineId !== undefined && { machineId }),
    ...(pidNamespace !== undefined && { pidNamespace }),
  }
}

/** Whether the process that was once identified so still runs; `own` is the identity of the asking process. */
export async function liveness(identity: ProcessIdentity, own: ProcessIdentity): Promise<Liveness> {
  if (identity.host !== own.host) return 'unseen'
  // No two boots have one id, but two machines may have one name: only a machine that is known to be ours is known to have booted again.
  if (identity.bootId !== own.bootId) return own.machineId !== undefined && identity.machineId === own.machineId ? 'gone' : 'unseen'
  if (identity.pidNamespace !== own.pidNamespace) return 'unseen'
  return (await startTimeOf(identity.pid)) === identity.startTime ? 'alive' : 'gone'
}

/** Undefined also where it is there and says nothing yet (machine-id(5)), as in images. */
async function machineIdOf(): Promise<string | undefined> {
  const text = await readFile('/etc/machine-id', 'utf8').catch(() => '')
  return /^[0-9a-f]{32}$/.test(text.trim()) ? text.trim() : undefined
}

async function startTimeOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') return startTimeFromProc(pid)
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)], {
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    })
    return stdout.trim() || undefined
  } catch {
    return undefined
  }
}

async function startTimeFromProc(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  // The second field is the command in parentheses and may itself hold blanks and parentheses; the third begins after the last one.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state] = fields ?? []
  return state === 'Z' || state === 'X' ? undefined : fields?.[19]
}
