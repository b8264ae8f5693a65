import type { RequestApi } from '../../adapters/traefik/api-client.ts'

/**
 * What several ask in one turn of the event loop is asked once, after all of them have asked: checks of one look that rest on the same list share it. No
 * answer is older than anybody's question, so none is carried over an effect of ours, or from one look into the next.
 */
export function onceATurn(request: RequestApi): RequestApi {
  const gathering = new Map<string, ReturnType<RequestApi>>()
  return (path) => {
    const known = gathering.get(path)
    if (known !== undefined) return known
    const answer = endOfTurn().then(() => {
      gathering.delete(path)
      return request(path)
    })
    gathering.set(path, answer)
    return answer
  }
}

/** After all that can go on without waiting has gone on. */
const endOfTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))
