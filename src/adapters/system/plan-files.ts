import type { Dirent, Stats } from 'node:fs'
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
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
 * `.helmignore` names; a kustomization may refer to any file. The disk is asked without letting others work meanwhile: a small file is there in less time than it
 * takes to wait for it, and a thousand plans have ten thousand.
 */
export function diskFiles(baseDirectory: string): PlanFiles {
  return {
    list: (path) =>
      onDisk('list the files of the plan', path, async () => {
        const found = filesOf({ absolute: resolve(baseDirectory, path), name: path.replace(/(?<=.)\/+$/, ''), inside: '' })
        return found.toSorted()
      }),
    read: (path) => onDisk('read a file of the plan', path, async () => readText(resolve(baseDirectory, path), path)),
  }
}

/** A file or folder: where it is, how the plan would say it, and its path in the folder that is listed. */
interface Entry {
  readonly absolute: string
  readonly name: string
  readonly inside: string
}

function filesOf(root: Entry): readonly string[] {
  const chart = ignoredByChart(root)
  if (chart !== undefined) return filesBelow(root, chart, [])
  const plain = filesBelow(root, (path) => NO_MANIFEST.test(basename(path)), [])
  return plain.some((path) => path !== root.name && KUSTOMIZATION.test(path)) ? filesBelow(root, isNever, []) : plain
}

const isNever: IsLeftOut = (path) => NEVER.test(basename(path))

/** Kept whatever the patterns say: helm judges them, and says what is wrong with them. */
const MAKE_A_CHART = new Set(['Chart.yaml', '.helmignore'])

/** Undefined where the folder is no chart. */
function ignoredByChart({ absolute }: Entry): IsLeftOut | undefined {
  if (!statIfThere(`${absolute}/Chart.yaml`, false)?.isFile()) return undefined
  const file = `${absolute}/.helmignore`
  const ignored = readHelmIgnore(statIfThere(file, false)?.isFile() ? readText(file, file) : '')
  return (path, isFolder) => !MAKE_A_CHART.has(path) && (isNever(path, isFolder) || ignored(path, isFolder))
}

/** `above`: the real paths of the folders that led here. */
function filesBelow(entry: Entry, isLeftOut: IsLeftOut, above: readonly string[]): readonly string[] {
  const { absolute, name, inside } = entry
  const kind = statIfThere(absolute, above.length > 0)
  if (kind === undefined) return []
  if (kind.isFile()) return [name]
  if (!kind.isDirectory()) return []
  const real = realpathSync.native(absolute)
  if (above.includes(real)) throw linkLoop(name, real)
  const entries = readdirSync(absolute, { withFileTypes: true })
  const isOurs = keepsRuns(absolute, entries)
  return entries.flatMap((each) => {
    if (isOurs && OWN_STATE.has(each.name)) return []
    const below: Entry = {
      absolute: `${absolute}/${each.name}`,
      name: name === '/' ? `/${each.name}` : `${name}/${each.name}`,
      inside: inside === '' ? each.name : `${inside}/${each.name}`,
    }
    if (isLeftOut(below.inside, each.isDirectory() || (each.isSymbolicLink() && isFolder(below.absolute)))) return []
    return each.isFile() ? [below.name] : filesBelow(below, isLeftOut, [...above, real])
  })
}

/** What we keep of a run in the folder that `--state-dir` names, which may be any: it is no part of the plan, and changes with each record. */
const OWN_STATE = new Set(['runs', 'lock', 'world', '.gitignore'])

const keepsRuns = (absolute: string, entries: readonly Dirent[]): boolean =>
  entries.some((each) => each.name === 'runs' && each.isDirectory()) &&
  readdirSync(`${absolute}/runs`).some(
    (run) => /^\d{4,}$/.test(run) && statIfThere(`${absolute}/runs/${run}/journal.jsonl`, false)?.isFile(),
  )

/** Of a link. One that leads nowhere is no folder. */
function isFolder(absolute: string): boolean {
  try {
    return statSync(absolute).isDirectory()
  } catch {
    return false
  }
}

/** Undefined where nothing is; a dangling link inside a folder is an error, as it would silently leave something out. */
function statIfThere(absolute: string, inFolder: boolean): Stats | undefined {
  try {
    return statSync(absolute, { throwIfNoEntry: inFolder })
  } catch (error) {
    if (!inFolder && errnoOf(error) === 'ENOTDIR') return undefined
    throw error
  }
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true })

/** UTF-8, without a byte order mark; other bytes are refused rather than replaced. */
function readText(absolute: string, name: string): string {
  const bytes = readFileSync(absolute)
  try {
    return UTF_8.decode(bytes)
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
