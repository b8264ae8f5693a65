import { existsSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative } from 'node:path'
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
  const words = (text: string): string =>
    text.replace(NAMES, (_match, argument: string | undefined, path: string | undefined, rest = '') => {
      if (argument !== undefined) return nameOrBelow(argument)
      return path === undefined || isTag(rest) || !isNamed(path) ? `${path ?? ''}${rest}` : `${name(path)}${rest}`
    })
  /** A folder without a dot or an end of its own may be a word with a slash in it, such as an object's name. */
  const isNamed = (path: string): boolean =>
    /^\.|\/$/.test(path) || (existsSync(join(folder, path)) && statSync(join(folder, path)).isFile())
  /** A folder that a command is to make is named by the one that it comes into. */
  const nameOrBelow = (path: string): string => {
    const above = dirname(path)
    return existsSync(join(folder, path)) || above === '.' || !existsSync(join(folder, above))
      ? name(path)
      : join(name(above), basename(path))
  }
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

/** What these take is a path, slash or none; a path in a sentence is known by its slash. One pass: what was named is not read again. */
const NAMES =
  /(?<=(?:--values|\b(?:kubectl kustomize|helm template|helm dependency build|cd|the chart|the folder|the kustomization)) )(?<argument>[\w@%+=.~/-]+)(?=[ ),:]|$)|(?<![\w@%+=:.,~/-])(?<path>[\w@%+=.-]+(?:\/[\w@%+=.-]+)*\/(?:[\w@%+=.-]*[\w@%+=-])?)(?<rest>:[\w.-]*|@sha256)?/g

/** `shop/web:1.2` and `shop/web@sha256…` are images; `kubernetes/web.yaml:3` is a line, `kubernetes/web.yaml: …` the end of a name. */
const isTag = (rest: string): boolean => rest !== '' && !/^:(?:\d+)?$/.test(rest)
