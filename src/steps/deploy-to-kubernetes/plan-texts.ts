import type { PlanFiles } from '../../domain/ports/index.ts'
import type { FileTexts } from '../../domain/ports/rendering.ts'

/** The files below these paths of the plan, by path. */
export async function textsOf(files: PlanFiles, roots: readonly string[]): Promise<FileTexts> {
  const paths = new Set((await Promise.all(roots.map((root) => files.list(root)))).flat())
  return new Map(await Promise.all([...paths].map(async (path) => [path, await files.read(path)] as const)))
}

export const isIn = (folder: string, path: string): boolean => path.startsWith(`${folder.replace(/(?<=.)\/+$/, '')}/`)
