import { execa } from 'execa'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { request } from 'undici'
import { find } from '../world/tools/programs.ts'

/** Debian's `docker-registry`; rejects where there is none. */
export async function registryProgram(): Promise<string> {
  const program = await find('docker-registry')
  if (program === undefined) throw new Error('there is no docker-registry: apt-get install docker-registry')
  return program
}

export interface Registry {
  /** `127.0.0.1:41873`. */
  readonly host: string
  stop(): Promise<void>
}

/** Empty, on loopback; asked by `login` only where one is given. */
export async function startRegistry(login?: { readonly username: string; readonly password: string }): Promise<Registry> {
  const program = await registryProgram()
  const folder = await mkdtemp(join(tmpdir(), 'images-registry-'))
  await mkdir(join(folder, 'data'))
  const host = `127.0.0.1:${await freePort()}`
  const passwords = join(folder, 'htpasswd')
  if (login) await writeFile(passwords, `${login.username}:${await bcrypt(login.password)}\n`)
  const configuration = {
    version: 0.1,
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http: { addr: host },
    ...(login && { auth: { htpasswd: { realm: 'images', path: passwords } } }),
  }
  await writeFile(join(folder, 'registry.json'), JSON.stringify(configuration))
  const server = execa(program, ['serve', join(folder, 'registry.json')], {
    reject: false,
    stdin: 'ignore',
    all: true,
    buffer: { all: true },
  })
  await answering(
    host,
    server.then(({ all }) => String(all)),
  )
  return {
    host,
    async stop() {
      server.kill('SIGTERM')
      await server
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The only kind of hash that it takes; perl has it from the C library. */
async function bcrypt(password: string): Promise<string> {
  const script = 'my @c=("a".."z","A".."Z",0..9); print crypt($ENV{PASSWORD}, "\\$2b\\$05\\$".join("",map{$c[rand @c]}1..22))'
  const { stdout } = await execa('perl', ['-e', script], { env: { PASSWORD: password } })
  if (!stdout.startsWith('$2b$05$')) throw new Error('perl made no bcrypt hash')
  return stdout
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function answering(host: string, ended: Promise<string>): Promise<void> {
  let said: string | undefined
  void ended.then((all) => (said = all))
  for (let tries = 0; tries < 300 && said === undefined; tries++) {
    const isUp = await request(`http://${host}/v2/`).then(
      async ({ statusCode, body }) => {
        await body.dump()
        return statusCode < 500
      },
      () => false,
    )
    if (isUp) return
    await wait(50)
  }
  throw new Error(`docker-registry does not answer: ${said ?? 'it still runs'}`)
}
