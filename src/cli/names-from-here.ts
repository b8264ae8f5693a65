import { existsSync } from 'node:fs'
import { isAbsolute, join, relative } from 'node:path'
import type { PolicyReport } from '../domain/policy.ts'
import type { Problem, SourcePlace } from '../domain/problem.ts'

/** Files as the plan names them, named as a person types them in the current directory. */
export interface NamesFromHere {
  readonly problem: (problem: Problem) => Problem
  readonly report: (report: PolicyReport) => PolicyReport
  readonly words: (text: string) => string
}

/**
 * A plan names files from its own folder, and so does whoever reads them for it; an editor, a CI annotation and a shell take names from the current directory.
 * What leads to nothing from the plan's folder stays as it is: the plan itself, as it was typed, and files of the package. `folder` is absolute.
 */
export function namesFromHere(plan: string, folder: string, here = process.cwd()): NamesFromHere {
  const known = new Map<string, string>()
  const name = (file: string): string => {
    const before = known.get(file)
    if (before !== undefined) return before
    const inFolder = join(folder, file)
    const named = file === plan || file === '' || isAbsolute(file) || !existsSync(inFolder) ? file : fromHere(inFolder, here)
    known.set(file, named)
    return named
  }
  const place = (at: SourcePlace): SourcePlace => ({ ...at, file: name(at.file) })
  const words = (text: string): string => text.replace(ARGUMENT, name).replace(PATH, name)
  const problem = (each: Problem): Problem => ({
    ...each,
    summary: words(each.summary),
    next: each.next.map(words),
    ...(each.attempted !== undefined && { attempted: words(each.attempted) }),
    ...(each.details && { details: each.details.map(words) }),
    ...(each.location && { location: place(each.location) }),
  })
  const report = (said: PolicyReport): PolicyReport => ({
    ...said,
    findings: said.findings.map((each) => (each.source === undefined ? each : { ...each, source: place(each.source) })),
    problems: said.problems.map(problem),
    warnings: said.warnings.map(problem),
  })
  return folder === here ? { problem: (each) => each, report: (said) => said, words: (text) => text } : { problem, report, words }
}

/** The way there, or the absolute path where that is shorter than the way out and in again. */
function fromHere(path: string, here: string): string {
  const way = relative(here, path) || '.'
  return way.startsWith('..') && path.length < way.length ? path : way
}

/** A path in a sentence is known by its slash. */
const PATH = /(?<![\w@%+=:.,~/-])[\w@%+=.-]+(?:\/[\w@%+=.-]+)*\/(?:[\w@%+=.-]*[\w@%+=-])?/g
/** What these commands take is a folder, slash or none. */
const ARGUMENT = /(?<=\b(?:kubectl kustomize|helm template|helm dependency build) )[\w@%+=.-]+(?= |$)/g
