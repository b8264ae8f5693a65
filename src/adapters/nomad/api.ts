import type { Problem } from '../../domain/problem.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Json } from '../../domain/json.ts'
import type { JsonClient, JsonResponse, Method, QueryValue } from '../http/json-client.ts'
import type { Attempt } from './refusal.ts'
import { refusal } from './refusal.ts'

export interface Ask {
  /** "stop job web", for problems. */
  readonly what: string
  /** The capability that it needs, as a policy spells it. */
  readonly capability: string
  readonly query?: Readonly<Record<string, QueryValue>>
  readonly body?: Json
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** Answers of these kinds come back instead of becoming a problem. */
  readonly accept?: (response: JsonResponse) => boolean
  /** What the body of a success has; without it (a gateway's `{"error": …}` with 200) it is not Nomad's, and says nothing of its state. */
  readonly expects?: (body: Json) => boolean
}

/** Nomad's HTTP API in one namespace and region: an answer, or a problem that says what to do. */
export interface NomadApi {
  readonly address: string
  readonly namespace: string
  ask(method: Method, path: string, ask: Ask): Promise<JsonResponse>
}

export interface ApiOptions {
  readonly client: JsonClient
  readonly address: string
  readonly namespace: string
  readonly region: string | undefined
  readonly hasToken: boolean
}

/** Plans are the one POST that changes nothing. */
const isRead = (method: Method, path: string): boolean => method === 'GET' || path.endsWith('/plan')

export function createApi({ client, address, namespace, region, hasToken }: ApiOptions): NomadApi {
  /**
   * Since 1.11 a token that is unknown or has expired gets the same "Permission denied" as one without the right. Asked
   * about itself, an expired one is named (status 500); an unknown one is refused again.
   */
  async function faultOfToken(attempt: Attempt): Promise<Problem | undefined> {
    try {
      const self = await client.request('GET', '/v1/acl/token/self', { query: { region } })
      if (self.status < 400) return undefined
      const fault = refusal(self, attempt)
      return fault.code === 'nomad-forbidden' ? { ...fault, ...tokenRefused(address) } : fault
    } catch {
      return undefined
    }
  }

  async function reject(response: JsonResponse, attempt: Attempt): Promise<never> {
    const problem = refusal(response, attempt)
    const fault = problem.code === 'nomad-forbidden' ? await faultOfToken(attempt) : undefined
    throw new ProblemError(fault?.code.startsWith('nomad-token') === true ? { ...fault, effect: 'no' } : problem)
  }

  return {
    address,
    namespace,
    async ask(method, path, { what, capability, accept, expects, query, ...options }) {
      const attempt: Attempt = { what, capability, writes: !isRead(method, path), address, namespace, region, hasToken }
      const response = await send(client, method, path, { ...options, query: { namespace, region, ...query } }, attempt)
      if (accept?.(response) === true) return response
      if (response.status < 200 || response.status > 299) return reject(response, attempt)
      if (response.body === undefined || expects?.(response.body) === false) throw new ProblemError(notNomad(response, attempt))
      return response
    },
  }
}

async function send(
  client: JsonClient,
  method: Method,
  path: string,
  options: Parameters<JsonClient['request']>[2],
  attempt: Attempt,
): Promise<JsonResponse> {
  try {
    return await client.request(method, path, options)
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.code !== 'unreachable') throw error
    const { problem } = error
    throw new ProblemError({
      ...problem,
      code: 'nomad-unreachable',
      summary: `Nomad at ${problem.summary}`,
      attempted: attempt.what,
      next: [...problem.next, 'the address is targets.nomad.address, or NOMAD_ADDR'],
      ...(!attempt.writes && { effect: 'no' as const }),
    })
  }
}

const tokenRefused = (address: string): Pick<Problem, 'code' | 'summary' | 'next'> => ({
  code: 'nomad-token-refused',
  summary: `Nomad at ${address} refuses the token: it does not know it`,
  next: ['check that NOMAD_TOKEN (targets.nomad.token) belongs to this cluster, or make a new one: `nomad acl token create`'],
})

function notNomad(response: JsonResponse, attempt: Attempt): Problem {
  return {
    code: 'nomad-not-understood',
    summary: `${attempt.address} answered ${response.status} with something that is not Nomad's: ${JSON.stringify(response.text.slice(0, 80))}`,
    attempted: attempt.what,
    next: ['check targets.nomad.address (NOMAD_ADDR): a proxy or a login page may stand before the API'],
    effect: attempt.writes ? 'unknown' : 'no',
  }
}
