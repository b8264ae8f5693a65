import type { Problem } from '../../domain/problem.ts'
import type { JsonResponse } from '../http/json-client.ts'

/** What was asked of Nomad, for the words of a problem. */
export interface Attempt {
  /** "stop job jayne-martin-counselling". */
  readonly what: string
  /** The capability that the token needs for it, as a policy spells it. */
  readonly capability: string
  /** Whether it may have changed something. */
  readonly writes: boolean
  readonly address: string
  readonly namespace: string
  readonly region: string | undefined
  readonly hasToken: boolean
}

/**
 * A refusal of Nomad, whose errors are plain text (recorded from 1.11; older versions name the token's fault in the 403),
 * as what to do about it. A 4xx did nothing; after a 5xx a write may have happened, for servers forward to each other.
 */
export function refusal(response: JsonResponse, attempt: Attempt): Problem {
  const text = response.text.trim()
  const known = KNOWN.find(({ status, pattern }) => (status === undefined || status === response.status) && pattern.test(text))
  const described = known?.describe(attempt, text) ?? unexpected(response, text, attempt)
  const happened = attempt.writes && response.status >= 500 && known?.beforeEffect !== true
  return { ...described, attempted: attempt.what, details: evidence(response.status, text), effect: happened ? 'unknown' : 'no' }
}

type Described = Pick<Problem, 'code' | 'summary' | 'next'>

interface Known {
  readonly status?: number
  readonly pattern: RegExp
  /** The server says this before it changes anything. */
  readonly beforeEffect?: boolean
  readonly describe: (attempt: Attempt, text: string) => Described
}

const newToken = 'make a new token (`nomad acl token create`) and put it into NOMAD_TOKEN or targets.nomad.token'

const KNOWN: readonly Known[] = [
  {
    pattern: /ACL token expired/,
    beforeEffect: true,
    describe: ({ address }) => ({
      code: 'nomad-token-expired',
      summary: `the token for Nomad at ${address} has expired`,
      next: [newToken],
    }),
  },
  {
    pattern: /ACL token not found|ACL token is invalid/,
    beforeEffect: true,
    describe: ({ address }) => ({ code: 'nomad-token-unknown', summary: `Nomad at ${address} does not know the token`, next: [newToken] }),
  },
  { status: 403, pattern: /Permission denied/, describe: forbidden },
  {
    status: 403,
    pattern: /job registration, dispatch, and scale are disabled/i,
    describe: ({ address }) => ({
      code: 'nomad-registration-disabled',
      summary: `Nomad at ${address} takes no registrations at the moment: its scheduler is set to reject them`,
      next: ['ask who did it, then `nomad operator scheduler set-config -reject-job-registration=false`'],
    }),
  },
  {
    pattern: /No path to region/,
    beforeEffect: true,
    describe: ({ address, region }) => ({
      code: 'nomad-region-unknown',
      summary: `Nomad at ${address} knows no region ${JSON.stringify(region ?? '')}`,
      next: ['set targets.nomad.region (or NOMAD_REGION) to one that `nomad server members` shows'],
    }),
  },
  {
    pattern: /nonexistent namespace|Namespace not found/i,
    beforeEffect: true,
    describe: ({ address, namespace }) => ({
      code: 'nomad-namespace-missing',
      summary: `Nomad at ${address} has no namespace ${JSON.stringify(namespace)}`,
      next: ['set targets.nomad.namespace (or NOMAD_NAMESPACE) to one that `nomad namespace list` shows'],
    }),
  },
  {
    pattern: /^job ".*" version \d+ not found/,
    beforeEffect: true,
    describe: (_, text) => ({
      code: 'nomad-version-missing',
      summary: `Nomad no longer keeps that version: ${text}`,
      next: ['look at `nomad job history`; old versions are garbage-collected unless they are tagged'],
    }),
  },
  {
    pattern: /tag .* already exists on a different version/,
    beforeEffect: true,
    describe: (_, text) => ({
      code: 'nomad-tag-taken',
      summary: `the tag is on another version already: ${text}`,
      next: ['look at `nomad job history`, and remove the tag there if it is not needed: `nomad job tag unset`'],
    }),
  },
  {
    pattern: /No cluster leader|Not ready to serve consistent reads/i,
    describe: ({ address }) => ({
      code: 'nomad-no-leader',
      summary: `Nomad at ${address} has no leader at the moment`,
      next: ['look at `nomad server members`, and try again when a leader is elected'],
    }),
  },
]

function forbidden({ address, namespace, capability, hasToken }: Attempt): Described {
  if (!hasToken) {
    return {
      code: 'nomad-token-missing',
      summary: `Nomad at ${address} wants a token for this, and none is given`,
      next: ['set NOMAD_TOKEN, or targets.nomad.token in the plan'],
    }
  }
  if (capability.startsWith('node:'))
    return {
      code: 'nomad-forbidden',
      summary: `the token may not do this with the nodes of Nomad at ${address}: it needs ${capability}`,
      next: [`give one of the token's policies \`node { policy = "${capability.slice('node:'.length)}" }\``],
    }
  return {
    code: 'nomad-forbidden',
    summary: `the token may not do this in namespace ${JSON.stringify(namespace)} of Nomad at ${address}: it needs ${capability}`,
    next: [`give one of the token's policies \`namespace "${namespace}" { capabilities = ["${capability.split(' ')[0]}"] }\``],
  }
}

function unexpected(response: JsonResponse, text: string, { address }: Attempt): Described {
  return {
    code: 'nomad-refused',
    summary: `Nomad at ${address} answered ${response.status}: ${firstLine(text)}`,
    next: ['read the message; where it comes from a proxy, check targets.nomad.address (NOMAD_ADDR)'],
  }
}

const firstLine = (text: string): string => (text === '' ? 'nothing' : text.replaceAll(/\s+/g, ' ').slice(0, 200))

const evidence = (status: number, text: string): readonly string[] => [
  `status ${status}`,
  ...text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, 5),
]
