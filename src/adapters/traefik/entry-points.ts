import type { Json, JsonObject } from '../../domain/json.ts'
import type { RequestApi } from './api-client.ts'
import { getList } from './api-client.ts'
import type { EntryPoint } from './api-view.ts'
import { entryPointOf } from './api-view.ts'

export const askEntryPoints = async (request: RequestApi): Promise<readonly EntryPoint[]> =>
  (await getList(request, '/api/entrypoints')).map(entryPointOf)

/**
 * All routers as the API shows them, and the entry points of the same Traefik. Those are static configuration (Traefik docs, Configuration Overview), which
 * stays as it is until Traefik is started anew: they are asked again only where the routers may be of another process, or listen on one that is not known.
 */
export function routersAndEntryPoints(
  request: RequestApi,
): () => Promise<{ readonly items: readonly Json[]; readonly points: readonly EntryPoint[] }> {
  let known: { readonly points: readonly EntryPoint[]; readonly process: number } | undefined
  const fresh = async (): Promise<readonly EntryPoint[]> => {
    const { value: points, process } = await withProcess(request, askEntryPoints)
    known = process === undefined ? undefined : { points, process }
    return points
  }
  const askRouters = (): ReturnType<typeof withProcess<readonly Json[]>> =>
    withProcess(request, (asking) => getList(asking, '/api/http/routers'))
  return async () => {
    const before = known
    if (before === undefined) {
      const [{ value: items }, points] = await Promise.all([askRouters(), fresh()])
      return { items, points }
    }
    const { value: items, process } = await askRouters()
    const names = new Set(before.points.map(({ name }) => name))
    const isSame =
      process === before.process && items.every((item) => listensOn(item).every((name) => typeof name === 'string' && names.has(name)))
    return { items, points: isSame ? before.points : await fresh() }
  }
}

/** With the process that all answers came from, where they came from one. */
async function withProcess<Value>(
  request: RequestApi,
  ask: (request: RequestApi) => Promise<Value>,
): Promise<{ readonly value: Value; readonly process: number | undefined }> {
  const seen = new Set<number | undefined>()
  const value = await ask(async (path) => {
    const answer = await request(path)
    seen.add(answer.process)
    return answer
  })
  const [process] = seen
  return { value, process: seen.size === 1 ? process : undefined }
}

function listensOn(item: Json): readonly Json[] {
  const points = typeof item === 'object' && item !== null && !Array.isArray(item) ? (item as JsonObject)['entryPoints'] : undefined
  return Array.isArray(points) ? (points as readonly Json[]) : []
}
