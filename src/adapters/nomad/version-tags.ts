import type { JsonResponse } from '../http/json-client.ts'
import type { NomadApi } from './api.ts'

const tagPath = (id: string, tag: string): string => `/v1/job/${encodeURIComponent(id)}/versions/${encodeURIComponent(tag)}/tag`

/**
 * Before 1.9 the path is none of the API's own: the server takes the whole of it for a job's name and misses the job in
 * the body. A slash in a job's id defeats the path on every version.
 */
const isUnsupported = ({ status, text }: JsonResponse): boolean =>
  status === 405 ||
  (status === 404 && !/not found/.test(text.replace(/404 page not found/, ''))) ||
  (status === 400 && /Job (must be specified|ID)/.test(text))

/** Protects a version from garbage collection (facts: Nomad 5). Tagging it again with the same name is no change. */
export async function tagVersion(
  api: NomadApi,
  { id, version, tag, description }: { readonly id: string; readonly version: number; readonly tag: string; readonly description: string },
): Promise<'tagged' | 'unsupported'> {
  const response = await api.ask('POST', tagPath(id, tag), {
    what: `tag version ${version} of job ${id} as ${tag}`,
    capability: 'submit-job (or tag-job-version since 1.11)',
    body: { Version: version, Description: description },
    accept: isUnsupported,
  })
  return isUnsupported(response) ? 'unsupported' : 'tagged'
}

/** Takes the tag off every version: a stop copies it to the version that it makes, and Nomad removes one at a time. One that is not there, or a server without tags, is no problem. */
export async function untagVersion(api: NomadApi, { id, tag }: { readonly id: string; readonly tag: string }): Promise<void> {
  const absent = ({ status, text }: JsonResponse): boolean => status >= 400 && /^tag .* not found on job|^job .* not found/.test(text)
  for (let copies = 0; copies < MOST_COPIES; copies++) {
    const answer = await api.ask('DELETE', tagPath(id, tag), {
      what: `remove tag ${tag} from job ${id}`,
      capability: 'submit-job (or tag-job-version since 1.11)',
      accept: (response) => absent(response) || isUnsupported(response),
    })
    if (answer.status >= 400) return
  }
}

/** Nomad keeps a handful of versions; each stop since the tag was given has a copy of it. */
const MOST_COPIES = 10
