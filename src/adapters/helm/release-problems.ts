import type { HelmRelease } from '../../domain/ports/helm.ts'
import type { Problem } from '../../domain/problem.ts'

const named = ({ name, namespace }: HelmRelease): string => `release ${name} in namespace ${namespace}`

/** Helm's own words, a line each, without its log and without saying it twice. */
export const wordsOf = (stderr: string): readonly string[] =>
  [...new Set(stderr.split('\n').map((line) => line.replace(/^Error: (?:(?:INSTALLATION|UPGRADE) FAILED: )?/, '').trim()))].filter(
    (line) => line !== '' && !/^(level=|time=|[IWE]\d{4} |WARNING: Kubernetes configuration file)/.test(line),
  )

/** What a cluster said no to when helm asked what an upgrade would do; undefined: it is about the chart itself. */
export function refusedByCluster(release: HelmRelease, words: readonly string[]): Problem | undefined {
  const said = words.join(' ')
  const attempted = `ask helm what an upgrade of ${named(release)} would do`
  if (/cannot be imported into the current release/.test(said))
    return {
      code: 'object-not-in-release',
      summary: `the chart has an object that exists already and is not part of ${named(release)}`,
      attempted,
      details: words,
      next: ['leave it out of the chart, or delete it', 'or make it part of the release: helm upgrade --take-ownership'],
      effect: 'no',
    }
  if (/no matches for kind/.test(said))
    return {
      code: 'kind-not-served',
      summary: `the chart has an object of a kind that the cluster does not know`,
      attempted,
      details: words,
      next: ['install its CustomResourceDefinition first'],
      effect: 'no',
    }
  if (!/cluster unreachable|forbidden|Unauthorized|must be logged in|dial tcp|connection refused|timed? ?out/i.test(said)) return undefined
  return { ...notAnswered(release, 'ask what an upgrade would do', words), attempted }
}

export const notAnswered = (release: HelmRelease, what: string, words: readonly string[]): Problem => ({
  code: 'helm-refused',
  summary: `helm could not ${what} of ${named(release)}: ${words[0] ?? 'it ended without a word'}`,
  attempted: `${what} of ${named(release)}`,
  ...(words.length > 1 && { details: words.slice(1, 9) }),
  next: [`see it alone: helm status ${release.name} -n ${release.namespace}`],
  effect: 'no',
})

/** Something may have happened: the revision says what. */
export const notDone = (release: HelmRelease, what: string, words: readonly string[]): Problem => ({
  code: 'release-failed',
  summary: `helm could not ${what} ${named(release)}: ${words[0] ?? 'it ended without a word'}`,
  attempted: `${what} ${named(release)}`,
  ...(words.length > 1 && { details: words.slice(1, 9) }),
  next: [`helm history ${release.name} -n ${release.namespace}`, 'mend what helm says, and run again'],
  effect: 'unknown',
})
