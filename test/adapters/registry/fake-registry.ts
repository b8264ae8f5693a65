import type { Dispatcher } from 'undici'
import { expect } from 'vitest'
import type { ImageLook, ImageQuestion } from '../../../src/domain/ports/images.ts'
import type { ImagesOptions } from '../../../src/adapters/registry/images.ts'
import { createImages } from '../../../src/adapters/registry/images.ts'
import type { LabRequest, LabResponse } from '../../../src/lab/contract.ts'
import { handlerDispatcher } from '../../../src/lab/http/dispatcher.ts'
import { digestOf } from './image-parts.ts'

export interface Asked {
  /** `https://registry.example`. */
  readonly origin: string
  /** `GET /v2/…`. */
  readonly what: string
  readonly authorization: string | undefined
  readonly body: string
  readonly query: URLSearchParams
}

type Answering = (request: LabRequest, origin: string) => LabResponse | 'drop' | undefined | Promise<LabResponse | 'drop' | undefined>

/** A registry without sockets: what was put there, behind whatever is asked first. */
export class FakeRegistry {
  readonly asked: Asked[] = []
  readonly #tags = new Map<string, string>()
  readonly #contents = new Map<string, string>()
  /** Asked before the registry itself; undefined lets the request through. */
  first: Answering = () => undefined

  /** Keeps a manifest or an index under a tag. */
  tag(repository: string, tag: string, manifest: string): this {
    this.#tags.set(`${repository}:${tag}`, manifest)
    return this.keep(manifest)
  }

  /** Keeps contents under their digests. */
  keep(...contents: readonly string[]): this {
    for (const content of contents) this.#contents.set(digestOf(content), content)
    return this
  }

  get dispatcher(): Dispatcher {
    let origin = ''
    const answering = handlerDispatcher(async (request) => {
      const from = origin
      const { method, path, headers, body, query } = request
      this.asked.push({ origin: from, what: `${method} ${path}`, authorization: headers['authorization'], body, query })
      return (await this.first(request, from)) ?? this.#answer(path)
    })
    return answering.compose((dispatch) => (options, handler) => {
      origin = String(options.origin)
      return dispatch(options, handler)
    })
  }

  #answer(path: string): LabResponse {
    const [, repository = '', kind = '', reference = ''] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(path) ?? []
    const content = this.#tags.get(`${repository}:${reference}`) ?? this.#contents.get(reference)
    if (content === undefined) return refused(404, kind === 'blobs' ? 'BLOB_UNKNOWN' : 'MANIFEST_UNKNOWN')
    const { mediaType } = JSON.parse(content) as { readonly mediaType?: string }
    return { status: 200, headers: { 'content-type': mediaType ?? 'application/octet-stream' }, body: content }
  }

  /** A look with a home of its own, in which nobody is logged in. */
  look(question: Partial<ImageQuestion> & { readonly reference: string }, options: Partial<ImagesOptions> = {}): Promise<ImageLook> {
    const images = createImages({ env: { HOME: '/nonexistent' }, dispatcher: this.dispatcher, ...options })
    return images.look({ platform: 'linux/amd64', dockerConfigs: [], ...question })
  }
}

export const refused = (status: number, code: string, headers: Readonly<Record<string, string>> = {}): LabResponse => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ errors: [{ code, message: 'no' }] }),
})

export function factsOf(look: ImageLook): Extract<ImageLook, { seen: 'yes' }>['facts'] {
  if (look.seen !== 'yes') expect.fail(JSON.stringify(look))
  return look.facts
}

/** A docker configuration with one login. */
export const dockerConfig = (host: string, fields: Readonly<Record<string, string>>): string =>
  JSON.stringify({ auths: { [host]: fields } })

export const basic = (username: string, password: string): string => Buffer.from(`${username}:${password}`).toString('base64')
