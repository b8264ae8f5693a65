import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { resolve } from 'node:path'

import type { PlanFiles } from '../../domain/ports/files.ts'
import { ProblemError } from '../../domain/problem.ts'
import { errnoOf, onDisk } from './disk-problem.ts'

/** Hidden files (but `.helmignore`, which says what of a chart is rendered), and what editors leave beside a file: `a.yaml~`, `#a.yaml#`, `a.yaml.swp`, `a.yaml.bak`, `a.yaml.orig`, `a.yaml.rej`. */
const LEFT_OUT = /^\.(?!helmignore$)|^#.*#$|~$|\.(swp|swo|bak|orig|rej|tmp)$/

/**
 * The plan's files on disk. `baseDirectory` is the plan's folder; absolute paths stand for themselves. Symbolic links are followed; those
 * that lead a folder into itself are refused with `link-loop`.
 */
export function diskFiles(baseDirectory: string): PlanFiles {
  return {
    list: (path) =>
      onDisk('list the files of the plan', path, async () => {
        const found = await filesBelow(resolve(baseDirectory, path), path.replace(/(?<=.)\/+$/, ''), [])
        return found.toSorted()
      }),
    read: (path) => onDisk('read a file of the plan', path, () => readText(resolve(baseDirectory, path), path)),
  }
}

/** `name` is how the plan would say `absolute`; `above` the real paths of the folders that led here. */
async function filesBelow(absolute: string, name: string, above: readonly string[]): Promise<readonly string[]> {
  const kind = await statIfThere(absolute, above.length > 0)
  if (kind === undefined) return []
  if (kind.isFile()) return [name]
  if (!kind.isDirectory()) return []
  const real = await realpath(absolute)
  if (above.includes(real)) throw linkLoop(name, real)
  const entries = (await readdir(absolute, { withFileTypes: true })).filter((each) => !LEFT_OUT.test(each.name))
  const found = await Promise.all(
    entries.map(async (each) => {
      const below = name === '/' ? `/${each.name}` : `${name}/${each.name}`
      return each.isFile() ? [below] : filesBelow(`${absolute}/${each.name}`, below, [...above, real])
    }),
  )
  return found.flat()
}

/** Undefined where nothing is; a dangling link inside a folder is an error, as it would silently leave something out. */
async function statIfThere(absolute: string, inFolder: boolean): Promise<Awaited<ReturnType<typeof stat>> | undefined> {
  try {
    return await stat(absolute)
  } catch (error) {
    const errno = errnoOf(error)
    if (!inFolder && (errno === 'ENOENT' || errno === 'ENOTDIR')) return undefined
    throw error
  }
}

/** UTF-8, without a byte order mark; other bytes are refused rather than replaced. */
async function readText(absolute: string, name: string): Promise<string> {
  const bytes = await readFile(absolute)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new ProblemError({
      code: 'not-utf-8',
      summary: `${name} is not UTF-8 text`,
      attempted: 'read a file of the plan',
      next: ['save it as UTF-8, or take it out of the folder'],
      effect: 'no',
    })
  }
}

function linkLoop(name: string, real: string): ProblemError {
  return new ProblemError({
    code: 'link-loop',
    summary: `${name} leads back to ${real}, a folder that it is in`,
    attempted: 'list the files of the plan',
    next: ['remove the symbolic link'],
    effect: 'no',
  })
}
