import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'

import type { PlanFiles } from '../../domain/ports/files.ts'
import { ProblemError } from '../../domain/problem.ts'
import { errnoOf, onDisk } from './disk-problem.ts'
import type { IsLeftOut } from './helm-ignore.ts'
import { readHelmIgnore } from './helm-ignore.ts'

/** In a folder of manifests: hidden files, and what editors leave beside a file (`a.yaml~`, `#a.yaml#`, `a.yaml.swp`, `a.yaml.bak`, `a.yaml.orig`, `a.yaml.rej`). */
const NO_MANIFEST = /^\.|^#.*#$|~$|\.(swp|swo|bak|orig|rej|tmp)$/

/** Nowhere part of a plan: what version control, desktops, open editors, other tools and we ourselves keep beside it. */
const NEVER = /^\.(git|hg|svn|DS_Store|jmc-migrate|terraform|venv)$|^\.#|^#.*#$|~$|^\..*\.sw[a-p]$/

const KUSTOMIZATION = /(^|\/)(kustomization\.ya?ml|Kustomization)$/

/**
 * The plan's files on disk. `baseDirectory` is the plan's folder; absolute paths stand for themselves. Symbolic links are followed; those
 * that lead a folder into itself are refused with `link-loop`. Of a folder with manifests hidden files and backups are left out; of a chart what its
 * `.helmignore` names; a kustomization may refer to any file.
 */
export function diskFiles(baseDirectory: string): PlanFiles {
  return {
    list: (path) =>
      onDisk('list the files of the plan', path, async () => {
        const found = await filesOf({ absolute: resolve(baseDirectory, path), name: path.replace(/(?<=.)\/+$/, ''), inside: '' })
        return found.toSorted()
      }),
    read: (path) => onDisk('read a file of the plan', path, () => readText(resolve(baseDirectory, path), path)),
  }
}

/** A file or folder: where it is, how the plan would say it, and its path in the folder that is listed. */
interface Entry {
  readonly absolute: string
  readonly name: string
  readonly inside: string
}

async function filesOf(root: Entry): Promise<readonly string[]> {
  const chart = await ignoredByChart(root)
  if (chart !== undefined) return filesBelow(root, chart, [])
  const plain = await filesBelow(root, (path) => NO_MANIFEST.test(basename(path)), [])
  return plain.some((path) => path !== root.name && KUSTOMIZATION.test(path)) ? filesBelow(root, isNever, []) : plain
}

const isNever: IsLeftOut = (path) => NEVER.test(basename(path))

/** Kept whatever the patterns say: helm judges them, and says what is wrong with them. */
const MAKE_A_CHART = new Set(['Chart.yaml', '.helmignore'])

/** Undefined where the folder is no chart. */
async function ignoredByChart({ absolute }: Entry): Promise<IsLeftOut | undefined> {
  if (!(await statIfThere(`${absolute}/Chart.yaml`, false))?.isFile()) return undefined
  const file = `${absolute}/.helmignore`
  const ignored = readHelmIgnore((await statIfThere(file, false))?.isFile() ? await readText(file, file) : '')
  return (path, isFolder) => !MAKE_A_CHART.has(path) && (isNever(path, isFolder) || ignored(path, isFolder))
}

/** `above`: the real paths of the folders that led here. */
async function filesBelow(entry: Entry, isLeftOut: IsLeftOut, above: readonly string[]): Promise<readonly string[]> {
  const { absolute, name, inside } = entry
  const kind = await statIfThere(absolute, above.length > 0)
  if (kind === undefined) return []
  if (kind.isFile()) return [name]
  if (!kind.isDirectory()) return []
  const real = await realpath(absolute)
  if (above.includes(real)) throw linkLoop(name, real)
  const found = await Promise.all(
    (await readdir(absolute, { withFileTypes: true })).map(async (each) => {
      const below: Entry = {
        absolute: `${absolute}/${each.name}`,
        name: name === '/' ? `/${each.name}` : `${name}/${each.name}`,
        inside: inside === '' ? each.name : `${inside}/${each.name}`,
      }
      if (isLeftOut(below.inside, each.isDirectory() || (each.isSymbolicLink() && (await isFolder(below.absolute))))) return []
      return each.isFile() ? [below.name] : filesBelow(below, isLeftOut, [...above, real])
    }),
  )
  return found.flat()
}

/** Of a link. One that leads nowhere is no folder. */
async function isFolder(absolute: string): Promise<boolean> {
  return stat(absolute).then(
    (kind) => kind.isDirectory(),
    () => false,
  )
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
