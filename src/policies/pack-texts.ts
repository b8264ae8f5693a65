import { readdir, readFile } from 'node:fs/promises'

/** The built-in packs' files by their paths in the package, read beside the source. The bundle has the packs inside (`scripts/build/built-in-packs.mjs`). */
export async function packTexts(): Promise<Readonly<Record<string, string>>> {
  const folder = new URL('../../policies/', import.meta.url)
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).toSorted()
  const read = names.map(async (name) => [`policies/${name}`, await readFile(new URL(name, folder), 'utf8')] as const)
  return Object.fromEntries(await Promise.all(read))
}
