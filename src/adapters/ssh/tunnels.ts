import { stat } from 'node:fs/promises'
import type { Tunnel } from '../../domain/ports/host.ts'
import { ProblemError } from '../../domain/problem.ts'
import { remoteCommandLine, tunnelArguments } from './command-line.ts'
import type { Address, Destination } from './command-line.ts'
import { freshNonce } from './commands.ts'
import { clientProblem, connectionProblem } from './connection-problem.ts'
import type { Attempt } from './connection-problem.ts'
import { NotHeld } from './held-process.ts'
import type { ProcessHolder } from './held-process.ts'
import { HOLD } from './scripts/index.ts'
import type { SharedConnection, SharedForward } from './shared-connection.ts'

const START_TIMEOUT_MS = 20_000

interface OpenTunnel {
  /** The forward of the shared connection, or the process of its own, that it lives by. */
  readonly life: SharedForward
  readonly socketPath: string
}

export interface Tunnels {
  open(address: Address, attempt: Attempt): Promise<Tunnel>
  close(): Promise<void>
}

/**
 * Tunnels of one host, one for each address, shared until its last user closes it. One that died is opened anew at the next use. They are forwards of the
 * shared connection; without that, `ssh -L SOCKET:host:port`. (Held by a remote `cat` instead of `-N`, so that it ends with this process even when that is
 * killed.)
 */
export function createTunnels(to: Destination, socket: () => Promise<string>, hold: ProcessHolder, shared: SharedConnection): Tunnels {
  const open = new Map<string, { readonly tunnel: Promise<OpenTunnel>; users: number }>()

  const start = async (address: Address, attempt: Attempt): Promise<OpenTunnel> => {
    const socketPath = await socket()
    const forward = await shared.forward(socketPath, address, attempt)
    if (forward !== undefined && (await isSocket(socketPath))) return { life: forward, socketPath }
    await forward?.end()
    return startAlone(await socket(), address, attempt)
  }
  const startAlone = async (socketPath: string, address: Address, attempt: Attempt): Promise<OpenTunnel> => {
    const nonce = freshNonce()
    const command = remoteCommandLine({ script: HOLD, operation: 'hold', nonce, args: [], become: undefined })
    try {
      const ready = { ready: `\n${nonce}\theld\n`, timeoutMs: START_TIMEOUT_MS }
      const process = await hold('ssh', tunnelArguments(to, socketPath, address, command), ready)
      if (await isSocket(socketPath)) return { life: process, socketPath }
      await process.end()
    } catch (error) {
      throw new ProblemError(error instanceof NotHeld ? connectionProblem(attempt, error.result) : clientProblem(attempt, error))
    }
    throw new ProblemError({
      code: 'ssh-tunnel-refused',
      summary: `ssh made no socket ${socketPath} for the tunnel to ${address.host}:${address.port} on ${attempt.host}`,
      attempted: attempt.attempted,
      next: ['check that forwarding is not switched off for this host in ssh_config (and that TMPDIR is short and writable)'],
      effect: 'no',
    })
  }
  const drop = async (key: string): Promise<void> => {
    const entry = open.get(key)
    open.delete(key)
    await entry?.tunnel.then(
      ({ life }) => life.end(),
      () => {},
    )
  }
  return {
    async open(address, attempt) {
      const key = `${address.host} ${address.port}`
      const known = open.get(key)
      if (known !== undefined && !(await isAlive(known.tunnel)) && open.get(key) === known) open.delete(key)
      const entry = open.get(key) ?? { tunnel: start(address, attempt), users: 0 }
      open.set(key, entry)
      entry.users += 1
      const { socketPath } = await entry.tunnel
      let closed = false
      return {
        socketPath,
        async close() {
          if (closed) return
          closed = true
          entry.users -= 1
          if (entry.users === 0 && open.get(key) === entry) await drop(key)
        },
      }
    },
    async close() {
      await Promise.all([...open.keys()].map(drop))
    },
  }
}

const isAlive = (tunnel: Promise<OpenTunnel>): Promise<boolean> =>
  tunnel.then(
    ({ life }) => life.alive(),
    () => false,
  )

const isSocket = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isSocket(),
    () => false,
  )
