import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bundle } from './command.ts'
import { bundle } from './command.ts'
import type { Migration } from './world/migration.ts'
import { PLAN, prepareMigration, servedBy } from './world/migration.ts'
import { INGRESS_API } from './world/addresses.ts'
import { NOMAD_UNIT } from './world/systemd.ts'
import { title, whyNoWorld } from './world/tools/possible.ts'
import type { World } from './world/world.ts'
import { startWorld } from './world/world.ts'

const reason = await whyNoWorld()

/** The last step of the seed migration, and the state that it leads to. What must live on: nodes, the catalog's leader, another server's page. */
const LAST_STEP = `    reaches: nomad-removed

  - id: take-nomad-off
    uninstall-nomad:
      hosts: [hestia]
      livesOn:
        kubernetesNodes: true
        consulLeader: http://127.0.0.1:8500
        urls: ['${INGRESS_API}/api/overview']
    reaches: nomad-uninstalled
`
const CONFIRM = ['--yes', '--confirm', 'nomad@hestia']

describe.skipIf(reason !== undefined)(title('Nomad taken off its host', reason), () => {
  let built: Bundle
  let world: World
  let migration: Migration
  beforeAll(async () => {
    built = await bundle()
    world = await startWorld()
    migration = await prepareMigration(world, built.entry)
    await migration.editYaml(PLAN, [
      [['targets', 'hosts', 'hestia'], { ssh: world.ssh.host, sshConfig: world.ssh.config, become: 'sudo' }],
      [['states'], ['nomad-only', 'both-running', 'k8s-only', 'nomad-removed', 'nomad-uninstalled']],
    ])
    await migration.edit(PLAN, '    reaches: nomad-removed\n', LAST_STEP)
    const run = await migration.run('run', PLAN, '--to', 'nomad-removed', '--yes', '--confirm', 'jayne-martin-counselling')
    expect(run.code, run.stdout + run.stderr).toBe(0)
  })
  afterAll(async () => {
    await world?.stop()
    await built?.remove()
  })

  const ask = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) =>
    world.client.ask(`${world.nomad.address}${path}`, {
      method,
      headers: { 'x-nomad-token': world.nomad.token },
      ...(body && { body }),
    })
  /** The agent's process, and whether its node takes work. */
  const agent = async () => ({
    runs: world.servers.isRunning('nomad'),
    eligible: (await ask('GET', '/v1/nodes')).body.includes('"SchedulingEligibility":"eligible"'),
  })
  const systemctl = async (verb: string) =>
    (await world.enter('ssh', ['-F', world.ssh.config, world.ssh.host, 'sudo', '-n', 'systemctl', verb, NOMAD_UNIT])).stdout

  it('is refused while another job runs, in whatever namespace, which it names', async () => {
    expect(await ask('POST', '/v1/namespace/other', { Name: 'other' })).toMatchObject({ status: 200 })
    expect(await ask('POST', '/v1/jobs', { Job: EVERYWHERE })).toMatchObject({ status: 200 })
    const run = await migration.run('run', PLAN, ...CONFIRM)
    expect(run.code, run.stdout + run.stderr).toBe(1)
    expect(run.stdout + run.stderr, run.stdout + run.stderr).toContain('other/everywhere')
    expect(await agent()).toEqual({ runs: true, eligible: true })
  })

  it('is refused to a token that does not see the namespace of that job: Nomad answers it with an empty list', async () => {
    await ask('POST', '/v1/acl/policy/narrow', { Name: 'narrow', Rules: NARROW })
    const made = await ask('POST', '/v1/acl/token', { Name: 'narrow', Type: 'client', Policies: ['narrow'] })
    await writeFile(migration.path('plans', 'token'), (JSON.parse(made.body) as { readonly SecretID: string }).SecretID)
    const plan = await readFile(migration.path(PLAN), 'utf8')
    await migration.editYaml(PLAN, [[['targets', 'nomad', 'token'], '${file:token}']])
    const dry = await migration.run('run', PLAN, '--dry-run', '--state-dir', migration.path('narrow'), '--to', 'nomad-uninstalled')
    await writeFile(migration.path(PLAN), plan)
    expect(dry.code).toBe(1)
    expect(dry.stdout + dry.stderr).toContain('cannot be shown to see every namespace')
    await ask('DELETE', '/v1/job/everywhere?namespace=other&purge=true')
  })

  it('survives its own death when the only server is stopped and nobody answers any more, and ends with the agent gone and all else alive', async () => {
    const first = migration.start('run', PLAN, ...CONFIRM)
    await noted(migration, 'stopped')
    first.signal('SIGKILL')
    await first.ended
    const run = await migration.run('run', PLAN, ...CONFIRM)
    expect(run.code, run.stdout + run.stderr).toBe(0)

    expect(world.servers.isRunning('nomad')).toBe(false)
    expect(await systemctl('is-active')).toBe('inactive')
    expect(await systemctl('is-enabled')).toBe('disabled')
    await expect(ask('GET', '/v1/status/leader')).rejects.toThrow()
    await servedBy(migration, 'kubernetes')
    const nodes = await world.enter('kubectl', ['get', 'nodes', '--no-headers'])
    expect(nodes.stdout).toMatch(/^node-a +Ready /)
    expect((await world.client.ask(`${INGRESS_API}/api/overview`)).status).toBe(200)
  })

  it('has nothing to do the second time, and cannot be taken back', async () => {
    const again = await migration.run('run', PLAN, ...CONFIRM)
    expect(again.code, again.stdout + again.stderr).toBe(0)
    expect(again.stdout).toMatch(/nothing to do/i)
    const back = await migration.run('rollback', PLAN, '--to', 'nomad-removed', '--yes')
    expect(back.code).toBe(1)
    expect(back.stdout + back.stderr).toContain('stopped and disabled')
  })

  it('leaves behind what a person needs: the unit as it was, and the commands', async () => {
    const folder = migration.path('plans', '.jmc-migrate', 'jayne-martin-counselling', 'runs', '0001', 'restore-bundle')
    const unit = await readFile(`${folder}/hosts/hestia/${NOMAD_UNIT}`, 'utf8')
    expect(unit).toContain('ExecStart=')
    const readme = await readFile(`${folder}/README.md`, 'utf8')
    expect(readme).toContain(`systemctl enable --now ${NOMAD_UNIT}`)
    expect(readme).toContain('nomad.json')
    await world.enter('ssh', ['-F', world.ssh.config, world.ssh.host, 'sudo', '-n', 'systemctl', 'enable', NOMAD_UNIT])
    await world.enter('ssh', ['-F', world.ssh.config, world.ssh.host, 'sudo', '-n', 'systemctl', 'start', NOMAD_UNIT])
    await world.servers.until('Nomad leads again', [], async () => (await ask('GET', '/v1/status/leader')).body.includes(':'))
    await expect
      .poll(async () => (await ask('GET', '/v1/nodes')).body, { timeout: 30_000 })
      .toContain('"SchedulingEligibility":"ineligible"')
  })
})

/** Until the journal holds this note of the last step. */
async function noted(migration: Migration, did: string): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    const records = await migration.records()
    if (records.some((record) => record.type === 'note' && JSON.stringify(record.note).includes(`"${did}"`))) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error(`the step never noted that it is ${did}`)
}

/** A job of somebody else that runs on every node. */
const EVERYWHERE = {
  ID: 'everywhere',
  Name: 'everywhere',
  Namespace: 'other',
  Type: 'system',
  Datacenters: ['*'],
  TaskGroups: [
    {
      Name: 'agent',
      Tasks: [
        { Name: 'agent', Driver: 'raw_exec', Config: { command: '/bin/sleep', args: ['3600'] }, Resources: { CPU: 50, MemoryMB: 32 } },
      ],
    },
  ],
}

/** All that the plan needs, in its own namespace alone. */
const NARROW =
  'namespace "jaynemartincounselling-prod" {\n  policy = "write"\n}\nnode {\n  policy = "write"\n}\nagent {\n  policy = "read"\n}\n'
