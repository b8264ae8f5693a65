import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { REGISTRY, SITE } from './addresses.ts'
import { sweep } from './folder.ts'
import { left } from './left.ts'
import { jobForWorld, registerJob } from './nomad-job.ts'
import { buildTools } from './tools/build-tools.ts'
import { title, whyNoWorld } from './tools/possible.ts'
import type { World } from './world.ts'
import { startWorld } from './world.ts'

const reason = await whyNoWorld()
const repository = fileURLToPath(new URL('../../..', import.meta.url))
const JOB = `${repository}/fixtures/jayne-martin-counselling/nomad/job.json`
const whenReal = describe.skipIf(reason !== undefined)
/** Longest wait for something that takes moments, on a busy machine. */
const SOON = { timeout: 30_000, interval: 50 }

whenReal(title('two worlds', reason), () => {
  const worlds: World[] = []
  beforeAll(async () => void worlds.push(...(await Promise.all([startWorld(), startWorld({ metrics: true, registry: true })]))))
  afterAll(() => Promise.all(worlds.map((world) => world.stop())))
  const both = (): readonly [World, World] => {
    const [one, other] = worlds
    if (one === undefined || other === undefined) throw new Error('two worlds were started')
    return [one, other]
  }
  const ask = async (world: World): Promise<string> => {
    const { status, body } = await world.visitor.ask(`https://${SITE}/`)
    return `${status} ${body}`
  }

  it('know nothing of each other, on the same ports', async () => {
    for (const [index, world] of both().entries())
      await registerJob(world, await jobForWorld(world, JOB, { environment: { TEXT: `world ${index}` } }))
    for (const [index, world] of both().entries()) await expect.poll(() => ask(world), SOON).toBe(`200 world ${index}`)
    const folders = await Promise.all(
      both().map(({ enter }) => enter('kubectl', ['config', 'view', '-o', 'jsonpath={.clusters[0].cluster}'])),
    )
    expect(new Set(folders.map(({ stdout }) => stdout)).size).toBe(2)
  })

  it('have no way out', async () => {
    const [world] = both()
    const routes = await world.enter('ip', ['route', 'show', 'default'])
    expect(routes).toMatchObject({ exitCode: 0, stdout: '' })
    const out = await world.enter('bash', ['-c', 'exec 3<>/dev/tcp/192.0.2.1/80'])
    expect(out.stderr).toContain('Network is unreachable')
  })

  it('lose and regain a server', async () => {
    const [world] = both()
    const { servers, client, nomad } = world
    const leader = (): Promise<number> => client.ask(`${nomad.address}/v1/status/leader`).then(({ status }) => status)
    await servers.pause('nomad')
    const waiting = leader()
    expect(await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 300, 'no answer'))])).toBe('no answer')
    // The catalog goes on, as Consul would.
    expect(await ask(world)).toBe('200 world 0')
    await servers.resume('nomad')
    expect(await waiting).toBe(200)

    await servers.kill('ingress')
    expect(servers.isRunning('ingress')).toBe(false)
    await expect(client.ask(`${world.ingress.api}/api/overview`)).rejects.toThrow('ECONNREFUSED')
    await servers.restart('ingress')
    await expect.poll(() => client.ask(`${world.ingress.api}/api/overview`).then(({ status }) => status, String), SOON).toBe(200)
  })

  it('count requests where they are told to', async () => {
    const [without, counting] = both()
    await ask(counting)
    const metrics = await counting.client.ask(`${counting.edge.api}/metrics`)
    expect(metrics.body).toContain('traefik_service_requests_total')
    expect((await without.client.ask(`${without.edge.api}/metrics`)).status).toBe(404)
  })

  it('have a registry where they are told to, and pull from nowhere else', async () => {
    const [, world] = both()
    const why = async (pod: string): Promise<string> =>
      (await world.enter('kubectl', ['get', 'events', '-o', `jsonpath={.items[?(@.involvedObject.name=="${pod}")].message}`])).stdout ?? ''
    await world.enter('kubectl', ['run', 'absent', `--image=${REGISTRY}/absent:1`])
    await world.enter('kubectl', ['run', 'elsewhere', '--image=jmc.test/elsewhere:1'])
    await expect.poll(() => why('absent'), SOON).toContain('not found')
    await expect.poll(() => why('elsewhere'), SOON).toContain('failed to do request')
  })

  it('are not swept while they live, and a folder that is not a world neither', async () => {
    const [world] = both()
    const stranger = `${await realpath(tmpdir())}/jmc-world-of-somebody`
    await mkdir(stranger, { recursive: true })
    await sweep(await realpath(tmpdir()))
    expect(existsSync(world.folder)).toBe(true)
    expect(existsSync(stranger)).toBe(true)
    expect((await world.client.ask(`${world.edge.api}/api/overview`)).status).toBe(200)
    await rm(stranger, { recursive: true })
  })

  it('are gone afterwards', async () => {
    const [world, other] = both()
    expect(await left(world.folder, world.pid)).not.toEqual([])
    await world.stop()
    expect(await left(world.folder, world.pid)).toEqual([])
    expect(existsSync(world.folder)).toBe(false)
    expect((await other.client.ask(`${other.edge.api}/api/overview`)).status).toBe(200)
  })
})

whenReal(title('a world that does not come up', reason), () => {
  it('says which server ended and what it said, and leaves nothing', async () => {
    // A place of its own: other files' worlds come and go where all are.
    const place = await mkdtemp(`${await realpath(tmpdir())}/jmc-w-`)
    vi.stubEnv('TMPDIR', place)
    try {
      const tools = await buildTools()
      const without = { ...tools, folders: { ...tools.folders, nomad: dirname('/bin/nothing') } }
      await expect(startWorld({}, without)).rejects.toThrow(
        /nomad ended with 127 before Nomad has a leader; nomad said last:\n.*No such file/,
      )
      expect(await readdir(place)).toEqual([])
    } finally {
      vi.unstubAllEnvs()
      await rm(place, { recursive: true })
    }
  })
})

whenReal(title('a world whose test was killed', reason), () => {
  it('ends with it, and nothing is left', async () => {
    const { holder, folder, pid } = await held()
    expect(await left(folder, pid)).not.toEqual([])
    holder.kill('SIGKILL')
    await expect.poll(() => left(folder), SOON).toEqual([])
  })

  it('ends although a worker of a test runner that was killed lives on', async () => {
    const { holder, folder } = await held()
    holder.disconnect()
    await expect.poll(() => left(folder), SOON).toEqual([])
    expect(holder.exitCode).toBe(null)
    holder.kill('SIGKILL')
  })

  it('ends with it when the supervisor is killed too; the next world removes the rest', async () => {
    const { holder, folder, pid } = await held()
    const supervisor = await parent(await parent(pid))
    expect(await readFile(`/proc/${supervisor}/cmdline`, 'utf8')).toContain('supervise.sh')
    process.kill(supervisor, 'SIGKILL')
    holder.kill('SIGKILL')
    const processes = async (): Promise<readonly string[]> => (await left(folder)).filter((each) => each.startsWith('process'))
    await expect.poll(processes, SOON).toEqual([])
    expect(existsSync(folder)).toBe(true)
    await expect
      .poll(async () => {
        await sweep(await realpath(tmpdir()))
        return left(folder)
      }, SOON)
      .toEqual([])
  })
})

async function parent(pid: number): Promise<number> {
  return Number(/^PPid:\s+(\d+)$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1])
}

/** A world that a process of its own has started: the way to see what becomes of it when that process dies. */
async function held(): Promise<{ readonly holder: ChildProcess; readonly folder: string; readonly pid: number }> {
  const holder = spawn(process.execPath, ['scripts/run-typescript.mjs', 'test/e2e/world/hold.ts'], {
    cwd: repository,
    stdio: ['pipe', 'pipe', 'inherit', 'ipc'],
  })
  for await (const line of createInterface({ input: holder.stdout ?? process.stdin })) {
    const found = /WORLD_FOLDER='([^']+)' WORLD_PID='(\d+)'/.exec(line)
    if (found?.[1] !== undefined) return { holder, folder: found[1], pid: Number(found[2]) }
  }
  throw new Error('the process ended without a world')
}
