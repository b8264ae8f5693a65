import { watch } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import type { World } from '../world/world.ts'

/** What the edge's file came to hold while something was done, one after the other: the kernel tells of each change. */
export async function editsDuring({ edge }: World, act: () => Promise<void>): Promise<readonly Buffer[]> {
  let last = await readFile(edge.file)
  const seen: Buffer[] = []
  const look = async (): Promise<void> => {
    const now = await readFile(edge.file)
    if (now.equals(last)) return
    last = now
    seen.push(now)
  }
  let looked = Promise.resolve()
  const watcher = watch(dirname(edge.file), (_event, name) => {
    if (name === basename(edge.file)) looked = looked.then(look)
  })
  try {
    await act()
  } finally {
    watcher.close()
  }
  await looked
  await look()
  return seen
}
