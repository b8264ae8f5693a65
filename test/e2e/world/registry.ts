import { mkdir, writeFile } from 'node:fs/promises'
import { REGISTRY } from './addresses.ts'
import type { Booting } from './boot.ts'
import { answersWell } from './client.ts'
import { find } from './tools/programs.ts'

/** An empty container registry without TLS at 127.0.0.1:5000, where kubelet pulls from: what it lacks is "not found", as elsewhere. */
export async function startRegistry({ folder, servers, client, note }: Booting): Promise<void> {
  const program = await find('docker-registry')
  if (program === undefined) throw new Error('there is no docker-registry on this machine')
  await mkdir(folder.in('registry'))
  const configuration = {
    version: 0.1,
    storage: { filesystem: { rootdirectory: folder.in('registry') } },
    http: { addr: REGISTRY },
  }
  await writeFile(folder.in('etc', 'registry.json'), JSON.stringify(configuration))
  await servers.start({ name: 'registry', command: [program, 'serve', folder.in('etc', 'registry.json')] })
  await servers.until('the registry answers', ['registry', 'gateway'], () => answersWell(client, `http://${REGISTRY}/v2/`))
  note('registry')
}
