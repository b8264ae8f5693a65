import type { Json } from '../../domain/json.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { EdgeService, UpstreamTrust } from '../../domain/ports/edge.ts'
import { memberOf } from './dynamic-config/owned.ts'
import { hasMask } from './dynamic-config/template.ts'
import type { Understanding } from './dynamic-config/understand.ts'

/**
 * How the edge dials the servers of a service: its serversTransport as the file defines it, and `default@internal`'s plain trust in the
 * system where it names none. A transport of another provider cannot be read from the file: rejects.
 */
export function upstreamTrust(understanding: Understanding, service: EdgeService): UpstreamTrust {
  const named = service.serversTransport ?? 'default@internal'
  if (named === 'default@internal') return { insecureSkipVerify: false }
  const [name = '', provider = 'file'] = named.split('@')
  const transport = provider === 'file' ? memberOf(understanding.value(), ['http', 'serversTransports', name]) : null
  if (transport === null) throw notReadable(service, named)
  if (hasMask(JSON.stringify(transport))) throw notReadable(service, named)
  const serverName = memberOf(transport, ['serverName'])
  const authorities = memberOf(transport, ['rootCAs'])
  return {
    insecureSkipVerify: memberOf(transport, ['insecureSkipVerify']) === true,
    ...(typeof serverName === 'string' && serverName !== '' && { serverName }),
    ...(Array.isArray(authorities) &&
      authorities.length > 0 && { rootCAs: (authorities as readonly Json[]).filter((each) => typeof each === 'string') }),
  }
}

const notReadable = (service: EdgeService, transport: string): ProblemError =>
  new ProblemError({
    code: 'servers-transport-unknown',
    summary: `how the edge trusts ${service.name} cannot be told: its serversTransport ${transport} is not written out in the dynamic file`,
    next: ['define the serversTransport in the dynamic file, without templates, and name it in the service'],
    effect: 'no',
  })
