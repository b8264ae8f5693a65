import { readFileSync } from 'node:fs'
import { createNomad } from '../../../src/adapters/nomad/client.ts'
import type { JsonObject } from '../../../src/domain/json.ts'
import type { NomadPort } from '../../../src/domain/ports/nomad.ts'
import type { LabFault, LabHandler, LabRequest, LabResponse } from '../../../src/lab/contract.ts'
import { handlerDispatcher } from '../../../src/lab/http.ts'
import type { NomadWorld, NomadWorldOptions } from '../../../src/lab/nomad/index.ts'
import { createLabNomad, initialNomadWorld } from '../../../src/lab/nomad/index.ts'
import { skippingClock } from '../../lab/nomad/clock.ts'

export const fixture = JSON.parse(
  readFileSync(new URL('../../../fixtures/jayne-martin-counselling/nomad/job.json', import.meta.url), 'utf8'),
) as JsonObject
export const JMC = 'jayne-martin-counselling'
export const NAMESPACE = 'jaynemartincounselling-prod'

export interface Stage {
  readonly nomad: NomadPort
  readonly world: NomadWorld
  readonly clock: ReturnType<typeof skippingClock>
  readonly faults: Set<LabFault>
  readonly requests: LabRequest[]
}

export function stage(
  options: Partial<NomadWorldOptions> = {},
  adapter: { token?: string; namespace?: string; region?: string } = {},
): Stage {
  const clock = skippingClock()
  const faults = new Set<LabFault>()
  const requests: LabRequest[] = []
  const world = initialNomadWorld({ jobs: [fixture], application: { body: 'Jayne Martin' }, token: 'secret', ...options })
  const lab = createLabNomad(world, { clock, faults, changed: () => undefined })
  const handler: LabHandler = (request) => {
    requests.push(request)
    return lab.handler(request)
  }
  const nomad = createNomad({
    address: 'http://nomad.test:4646',
    token: 'secret',
    namespace: NAMESPACE,
    ...adapter,
    dispatcher: handlerDispatcher(handler),
    clock,
  })
  return { nomad, world, clock, faults, requests }
}

/** A server that answers everything the same way. */
export function answering(
  answer: (request: LabRequest) => LabResponse | 'drop',
  options: { token?: string } = { token: 'secret' },
): NomadPort {
  const dispatcher = handlerDispatcher((request) => Promise.resolve(answer(request)))
  return createNomad({ address: 'http://nomad.test:4646', ...options, namespace: NAMESPACE, dispatcher, clock: skippingClock() })
}
export const text = (status: number, body: string): LabResponse => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
})
export const json = (body: unknown): LabResponse => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

/** What a rejection with this problem matches. */
export const problemOf = (code: string, effect: 'no' | 'unknown' = 'no'): object => ({ problems: [{ code, effect }] })
