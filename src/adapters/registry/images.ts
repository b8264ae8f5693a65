import type { Dispatcher } from 'undici'
import type { ImageName } from '../../domain/image-name.ts'
import { parseImageName } from '../../domain/image-name.ts'
import type { ImageLook, ImagePort, ImageQuestion } from '../../domain/ports/images.ts'
import { createDispatcher } from '../http/dispatcher.ts'
import type { Credential } from './credential.ts'
import type { AskHelper } from './credential-program.ts'
import { createAskHelper } from './credential-program.ts'
import { findLogins } from './credentials.ts'
import { createDocuments } from './documents.ts'
import type { Exchange } from './exchange.ts'
import { createExchange } from './exchange.ts'
import { readFacts } from './facts.ts'
import { Absent, NotSeen, Refused } from './not-seen.ts'
import { createSession } from './session.ts'

export interface ImagesOptions {
  /** Where `DOCKER_CONFIG`, `HOME`, `PATH` of credential helpers, and `HTTPS_PROXY` and its like come from. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Answers instead of the network: a test. Stays the caller's, who closes it. */
  readonly dispatcher?: Dispatcher
  readonly askHelper?: AskHelper
  /** Of one request, to the last byte of its answer; 10 s unless told. */
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 10_000

/** Registries over the OCI distribution API, 1.1. `close` ends kept connections. */
export function createImages(options: ImagesOptions): ImagePort & { close(): Promise<void> } {
  const { env, askHelper = createAskHelper(env), timeoutMs = TIMEOUT_MS } = options
  const dispatchers = new Map<string, Dispatcher>()
  const dispatcherFor = (origin: URL): Dispatcher => {
    if (options.dispatcher) return options.dispatcher
    const kept =
      dispatchers.get(origin.origin) ??
      createDispatcher(origin, { use: 'reads', tls: undefined, env, connectTimeoutMs: Math.min(timeoutMs, TIMEOUT_MS) })
    dispatchers.set(origin.origin, kept)
    return kept
  }
  const exchange = createExchange({ dispatcherFor, timeoutMs })
  return {
    async look(question) {
      const name = parseImageName(question.reference)
      if (name === undefined || !URL.canParse(`https://${name.registry}`)) return noName(question.reference)
      const { credentials, notes } = await findLogins(name, question.dockerConfigs, { env, askHelper })
      const look = await lookAs(credentials.length === 0 ? [undefined] : credentials, { name, question, exchange })
      return look.seen === 'unseen' ? { ...look, next: [...look.next, ...notes] } : look
    },
    close: async () => void (await Promise.all([...dispatchers.values()].map((each) => each.destroy()))),
  }
}

interface Asked {
  readonly name: ImageName
  readonly question: ImageQuestion
  readonly exchange: Exchange
}

/** As one after the other, until one is let in. */
async function lookAs([credential, ...more]: readonly (Credential | undefined)[], asked: Asked): Promise<ImageLook> {
  const { name, question, exchange } = asked
  const documents = createDocuments(name.registry, name.repository, createSession(name, credential, exchange))
  try {
    const at = name.digest ?? name.tag ?? 'latest'
    return { seen: 'yes', facts: await readFacts(documents, { reference: question.reference, at, platform: question.platform }) }
  } catch (error) {
    if (error instanceof Refused && more.length > 0) return lookAs(more, asked)
    if (error instanceof Refused) return { ...error.look, ...toLogIn(error, name) }
    if (error instanceof NotSeen || error instanceof Absent) return error.look
    throw error
  }
}

const toLogIn = ({ message }: Refused, { registry }: ImageName): ImageLook => ({
  seen: 'unseen',
  reason: message,
  next: [
    'correct the name of the image',
    `or name a pull secret in the pod's imagePullSecrets: kubectl create secret docker-registry NAME --docker-server=${registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry} …`,
    `or log in on this machine: docker login${registry === 'docker.io' ? '' : ` ${registry}`}`,
  ],
})

const noName = (reference: string): ImageLook => ({
  seen: 'unseen',
  reason: `${JSON.stringify(reference)} is no name of an image`,
  next: ['correct `image` of the container'],
})
