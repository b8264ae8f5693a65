import { parseAllDocuments } from 'yaml'
import type { Configuration, MiddlewareConfiguration, RouterConfiguration, TransportConfiguration } from './configuration.ts'
import { FileRejected, flag, list, named, number, section, text } from './file-fields.ts'
import { serviceOf } from './service-fields.ts'

/**
 * Reads the dynamic file as Traefik's file provider does: any mistake in the structure rejects all of it. Throws `FileRejected` with a message of
 * Traefik's kind; also for what Traefik knows and the lab does not, so that nothing is silently ignored.
 */
export function readDynamicFile(content: string): Configuration {
  if (content.includes('{{')) throw new FileRejected('the lab runs no Go templates')
  // Other top-level fields are accepted and mean nothing, as a place for anchors (recorded from 3.7.15).
  const root = section(parsed(content), '')
  const http = section(root['http'], 'http', ['routers', 'services', 'middlewares', 'serverstransports'])
  return {
    provider: 'file',
    routers: named(http['routers'], 'routers', routerOf),
    services: named(http['services'], 'services', serviceOf),
    middlewares: named(http['middlewares'], 'middlewares', middlewareOf),
    transports: named(http['serverstransports'], 'serversTransports', transportOf),
  }
}

/** The first document; Traefik does not look at others. */
function parsed(content: string): unknown {
  const documents = parseAllDocuments(content, { uniqueKeys: true, merge: true, prettyErrors: false, logLevel: 'error' })
  const document = Array.isArray(documents) ? documents[0] : undefined
  const [error] = document?.errors ?? []
  if (error !== undefined) throw new FileRejected(`yaml: ${error.message}`)
  try {
    return document?.toJS()
  } catch (thrown) {
    throw new FileRejected(`yaml: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
  }
}

function routerOf(value: unknown, path: string): RouterConfiguration {
  const fields = section(value, path, ['rule', 'service', 'entrypoints', 'middlewares', 'priority', 'tls', 'observability'])
  const tls =
    fields['tls'] === undefined
      ? undefined
      : section(fields['tls'] ?? {}, `${path}.tls`, ['options', 'certresolver', 'domains'], 'may be empty')
  const options = text(tls?.['options'], `${path}.tls.options`)
  const certResolver = text(tls?.['certresolver'], `${path}.tls.certResolver`)
  return {
    rule: text(fields['rule'], `${path}.rule`) ?? '',
    service: text(fields['service'], `${path}.service`) ?? '',
    entryPoints: list(fields['entrypoints'], `${path}.entryPoints`),
    middlewares: list(fields['middlewares'], `${path}.middlewares`),
    priority: number(fields['priority'], `${path}.priority`) ?? 0,
    ...(tls && { tls: { ...(options !== undefined && { options }), ...(certResolver !== undefined && { certResolver }) } }),
  }
}

function middlewareOf(value: unknown, path: string): MiddlewareConfiguration {
  const [kind, ...more] = Object.entries(section(value, path, undefined, 'may be empty'))
  if (kind === undefined) return { kind: 'none', settings: {} }
  if (more.length > 0) throw new FileRejected(`${path}: a middleware has one kind`)
  return { kind: kind[0].toLowerCase(), settings: section(kind[1] ?? {}, `${path}.${kind[0]}`, undefined, 'may be empty') }
}

function transportOf(value: unknown, path: string): TransportConfiguration {
  const fields = section(value, path, [
    'insecureskipverify',
    'servername',
    'rootcas',
    'maxidleconnsperhost',
    'forwardingtimeouts',
    'disablehttp2',
  ])
  const serverName = text(fields['servername'], `${path}.serverName`)
  return {
    insecureSkipVerify: flag(fields['insecureskipverify'], `${path}.insecureSkipVerify`) ?? false,
    hasRootCAs: list(fields['rootcas'], `${path}.rootCAs`).length > 0,
    ...(serverName !== undefined && { serverName }),
  }
}
