import type { Dispatcher } from 'undici'
import type { LabRequest } from '../contract.ts'

/** What undici was asked to send, as the lab's handlers read it. Rejects for bodies that no client of ours sends (FormData). */
export async function labRequestOf(options: Dispatcher.DispatchOptions, signal: AbortSignal): Promise<LabRequest> {
  const mark = options.path.indexOf('?')
  const query = new URLSearchParams(mark === -1 ? '' : options.path.slice(mark + 1))
  for (const [name, value] of Object.entries(options.query ?? {})) query.append(name, String(value))
  const headers = headersOf(options.headers)
  if (headers['host'] === undefined && options.origin !== undefined) headers['host'] = new URL(options.origin).host
  return {
    method: options.method,
    path: mark === -1 ? options.path : options.path.slice(0, mark),
    query,
    headers,
    body: await bodyOf(options.body),
    signal,
  }
}

/** undici takes headers as an object, as pairs, or as a flat list of names and values. */
function headersOf(given: Dispatcher.DispatchOptions['headers']): Record<string, string> {
  const headers: Record<string, string> = {}
  const add = (name: string, value: string | readonly string[] | undefined): void => {
    if (value === undefined) return
    const text = typeof value === 'string' ? value : value.join(', ')
    const key = name.toLowerCase()
    headers[key] = headers[key] === undefined ? text : `${headers[key]}, ${text}`
  }
  if (given === undefined || given === null) return headers
  if (Array.isArray(given)) {
    for (let i = 0; i + 1 < given.length; i += 2) add(String(given[i]), given[i + 1])
  } else if (Symbol.iterator in given) {
    for (const pair of given as Iterable<[string, string | string[] | undefined]>) add(pair[0], pair[1])
  } else {
    for (const [name, value] of Object.entries(given)) add(name, value)
  }
  return headers
}

async function bodyOf(body: Dispatcher.DispatchOptions['body']): Promise<string> {
  if (body === undefined || body === null) return ''
  if (typeof body === 'string') return body
  if (body instanceof Uint8Array) return Buffer.from(body).toString('utf8')
  if (!(Symbol.asyncIterator in body)) throw new Error('the lab takes text, bytes or a stream as a request body')
  const chunks: Buffer[] = []
  for await (const chunk of body) chunks.push(Buffer.from(chunk as Uint8Array | string))
  return Buffer.concat(chunks).toString('utf8')
}
