import { createHash } from 'node:crypto'
import type { Json } from '../../domain/json.ts'
import type { RegistryAnswer } from './exchange.ts'
import { jsonOf, listField, textField } from './json-answer.ts'
import type { Manifest } from './manifest.ts'
import { ACCEPTED, isDigest, readManifest } from './manifest.ts'
import { Absent, NotSeen } from './not-seen.ts'
import type { Session } from './session.ts'

export interface Named {
  /** Of the bytes that came, computed here. */
  readonly digest: string
}

/** A repository's documents. Reject with `Absent` or `NotSeen`; whatever a digest names has that digest. */
export interface Documents {
  /** By tag or digest. */
  manifest(reference: string): Promise<Manifest & Named>
  /** The configuration of an image, by its digest. */
  config(digest: string): Promise<Json>
}

export function createDocuments(registry: string, repository: string, session: Session): Documents {
  return {
    async manifest(reference) {
      const answer = await session.get(`manifests/${reference}`, ACCEPTED)
      if (answer.status === 404 && GONE.some((code) => codesIn(answer).includes(code)))
        throw new Absent(`${registry} has no ${repository}${isDigest(reference) ? '@' : ':'}${reference}`)
      const bytes = wellAnswered(registry, answer)
      const digest = checked(registry, bytes, isDigest(reference) ? reference : answer.headers['docker-content-digest'])
      return { ...readManifest(jsonOf(bytes), answer.headers['content-type'] ?? ''), digest }
    },
    async config(digest) {
      const answer = await session.get(`blobs/${digest}`, '*/*')
      const bytes = wellAnswered(registry, answer)
      checked(registry, bytes, digest)
      const config = jsonOf(bytes)
      if (config === undefined) throw new NotSeen(`the configuration of the image in ${registry} is not JSON`, ['build and push it anew'])
      return config
    },
  }
}

/** The only words for "not there" (OCI distribution specification, "Error Codes"); a 404 without them may come from anybody. */
const GONE = ['MANIFEST_UNKNOWN', 'NAME_UNKNOWN']

const codesIn = ({ bytes }: RegistryAnswer): readonly string[] => listField(jsonOf(bytes), 'errors').map((each) => textField(each, 'code'))

/** The bytes of a 200. Rejects for every other status, with what to do about it. */
function wellAnswered(registry: string, answer: RegistryAnswer): Buffer {
  if (answer.status === 200) return answer.bytes
  const codes = codesIn(answer).filter((code) => /^[A-Z_]+$/.test(code))
  const said = `${registry} answers ${[String(answer.status), ...codes].join(' ')}`
  if (answer.status === 429) {
    const after = /^\d{1,6}$/.exec(answer.headers['retry-after'] ?? '')?.[0]
    throw new NotSeen(`${said}: too many questions from here`, [
      after === undefined ? 'try again later, or log in: docker login' : `try again in ${after} s, or log in: docker login`,
    ])
  }
  if (answer.status >= 500) throw new NotSeen(`${said}: it is not well`, ['try again; if it stays, look at the log of the registry'])
  if (answer.status === 404) throw new NotSeen(`${said}, not as a registry says it`, [`look whether ${registry} is a registry at all`])
  throw new NotSeen(said, ['look at the log of the registry'])
}

/** The digest of the bytes, in the way of the one that was expected. */
function checked(registry: string, bytes: Buffer, expected: string | undefined): string {
  const algorithm = expected !== undefined && isDigest(expected) ? (expected.split(':')[0] ?? 'sha256') : 'sha256'
  const digest = `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`
  if (expected === undefined || !isDigest(expected) || expected === digest) return digest
  throw new NotSeen(`${registry} answers with other bytes than ${expected}`, [
    'try again; if it stays, something between here and the registry changes its answers',
  ])
}
