import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { Agent } from 'undici'

/** What TLS needs to know of a server: the authority (PEM) that its certificate is signed by, and what name is asked for. */
export interface Trust {
  readonly ca?: string
  readonly servername?: string
  readonly rejectUnauthorized?: boolean
}

/** A connection to a server in the world, made through the gateway's Unix socket. */
export function dial(gateway: string, host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(gateway, () => socket.write(`${host} ${port}\n`))
    let said = Buffer.alloc(0)
    const hear = (chunk: Buffer): void => {
      said = Buffer.concat([said, chunk])
      const end = said.indexOf(10)
      if (end < 0) return
      socket.off('data', hear).off('error', reject).pause()
      const word = said.subarray(0, end).toString()
      // The same shape as Node's own error, for who classifies errors.
      if (word !== 'ok') {
        socket.destroy()
        reject(Object.assign(new Error(`connect ${word} ${host}:${port}`), { code: word }))
        return
      }
      if (end + 1 < said.length) socket.unshift(said.subarray(end + 1))
      resolve(socket)
    }
    socket.on('data', hear).on('error', reject)
  })
}

/**
 * An undici dispatcher into the world. `to` sends every request to one address (`127.0.0.1:8443`), as a visitor's would be who has the edge's
 * address for any name.
 */
export function worldAgent(gateway: string, trust: Trust = {}, to?: string): Agent {
  return new Agent({
    connect: ({ hostname, port, protocol, servername }, done) => {
      const [host = hostname, at = port || (protocol === 'https:' ? '443' : '80')] = to?.split(':') ?? []
      const secure = (socket: Socket): Promise<Socket> =>
        protocol !== 'https:'
          ? Promise.resolve(socket)
          : new Promise((resolve, reject) => {
              const named = trust.servername ?? servername ?? (/^[\d.]+$/.test(hostname) ? undefined : hostname)
              const tls = connectTls({
                ...trust,
                socket,
                host: hostname,
                ALPNProtocols: ['http/1.1'],
                ...(named === undefined ? {} : { servername: named }),
              })
              tls.once('secureConnect', () => resolve(tls)).once('error', reject)
            })
      dial(gateway, host, Number(at))
        .then(secure)
        .then(
          (socket) => done(null, socket),
          (error: Error) => done(error, null),
        )
    },
  })
}
