import { readdir, readFile, readlink } from 'node:fs/promises'
import { basename } from 'node:path'
import { existsSync } from 'node:fs'

/**
 * What is left of a world on this machine: processes whose command names its folder or that live in its namespaces, mounts, cgroups, the
 * folder. Empty where nothing is. While the first process lives its namespaces are found by its pid; afterwards by nothing but their members.
 */
export async function left(folder: string, pid?: number): Promise<readonly string[]> {
  const world = pid === undefined ? undefined : await readlink(`/proc/${pid}/ns/pid`).catch(() => undefined)
  const own = await readlink('/proc/self/ns/pid')
  const found: string[] = []
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue
    const command = (await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ')
    const namespace = await readlink(`/proc/${entry}/ns/pid`).catch(() => own)
    const mounts = await readFile(`/proc/${entry}/mountinfo`, 'utf8').catch(() => '')
    if (command.includes(folder)) found.push(`process ${entry}: ${command.slice(0, 100)}`)
    else if (namespace !== own && namespace === world) found.push(`process ${entry} in the world: ${command.slice(0, 100)}`)
    else if (mounts.includes(folder)) found.push(`process ${entry} sees a mount of the world: ${command.slice(0, 100)}`)
  }
  const cgroups = await readFile('/proc/self/mountinfo', 'utf8')
  for (const line of cgroups.split('\n').filter((each) => / - cgroup2? /.test(each))) {
    const at = line.split(' ')[4] ?? ''
    for (const name of await readdir(at, { recursive: true }).catch(() => []))
      if (basename(name) === basename(folder)) found.push(`cgroup ${at}/${name}`)
  }
  if (existsSync(folder)) found.push(`folder ${folder}`)
  return found
}
