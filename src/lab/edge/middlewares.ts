import type { LabRequest, LabResponse } from '../contract.ts'
import type { MiddlewareConfiguration } from './configuration.ts'
import type { RunningRouter, Runtime } from './runtime.ts'

/** The answer of the first middleware that does not let the request through; undefined: it goes on to the service. */
export function passMiddlewares(runtime: Runtime, router: RunningRouter, request: LabRequest, tls: boolean): LabResponse | undefined {
  for (const name of router.middlewares) {
    const middleware = runtime.middlewares.get(name)
    const answer = middleware === undefined ? unknown(name) : answerOf(name, middleware, request, tls)
    if (answer !== undefined) return answer
  }
  return undefined
}

function answerOf(name: string, { kind, settings }: MiddlewareConfiguration, request: LabRequest, tls: boolean): LabResponse | undefined {
  switch (kind) {
    case 'lab-pass':
      return undefined
    case 'lab-auth':
      return request.headers['authorization'] === undefined
        ? { status: 401, headers: { 'www-authenticate': 'Bearer' }, body: 'Unauthorized' }
        : undefined
    case 'redirectregex':
      return redirect(settings, `${tls ? 'https' : 'http'}://${request.headers['host'] ?? ''}${request.path}${queryOf(request)}`)
    default:
      return unknown(name)
  }
}

const unknown = (name: string): LabResponse => ({ status: 501, body: `the lab does not know the middleware ${name}` })

const queryOf = ({ query }: LabRequest): string => (query.size === 0 ? '' : `?${query.toString()}`)

function redirect(settings: MiddlewareConfiguration['settings'], url: string): LabResponse | undefined {
  const pattern = new RegExp(String(settings['regex']))
  if (!pattern.test(url)) return undefined
  const location = url.replace(pattern, String(settings['replacement']).replace(/\$\{(\d+)\}/g, '$$$1'))
  return {
    status: settings['permanent'] === true ? 301 : 302,
    headers: { location },
    body: settings['permanent'] === true ? 'Moved Permanently' : 'Found',
  }
}
