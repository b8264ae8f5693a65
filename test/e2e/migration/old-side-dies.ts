import { readdir, readFile, readlink } from 'node:fs/promises'
import type { World } from '../world/world.ts'

/**
 * The application on the old side dies while Nomad's agent hangs: nobody takes it out of the catalog, so the edge goes on sending it visitors. It comes
 * back with the agent (`world.servers.resume('nomad')`), which starts it again.
 */
export async function killOldSide(world: World): Promise<void> {
  const pid = await taskOf(world)
  await world.servers.pause('nomad')
  process.kill(pid, 'SIGKILL')
}

/** The process of the job's task: in the world's own network, started by Nomad. */
async function taskOf(world: World): Promise<number> {
  const network = await readlink(`/proc/${world.pid}/ns/net`)
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const isTask = await isTaskIn(network, name).catch(() => false)
    if (isTask) return Number(name)
  }
  throw new Error("the job's task was not found")
}

async function isTaskIn(network: string, pid: string): Promise<boolean> {
  if ((await readlink(`/proc/${pid}/ns/net`)) !== network) return false
  const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0')[0] ?? ''
  return command.endsWith('/site') && (await readFile(`/proc/${pid}/environ`, 'utf8')).includes('NOMAD_ALLOC_ID=')
}
