import { describe, expect, it } from 'vitest'
import { createNomad } from '../../../src/adapters/nomad/client.ts'
import type { NomadPort } from '../../../src/domain/ports/nomad.ts'
import type { LabRequest, LabResponse } from '../../../src/lab/contract.ts'
import { handlerDispatcher } from '../../../src/lab/http.ts'
import { skippingClock } from '../../lab/nomad/clock.ts'

interface Asked {
  readonly index: string | null
  readonly wait: string | null
}

/** A server whose allocations are at these indexes, one after the other. */
function serverAt(...indexes: string[]): { nomad: NomadPort; asked: Asked[]; clock: ReturnType<typeof skippingClock> } {
  const asked: Asked[] = []
  const clock = skippingClock()
  const answer = (request: LabRequest): LabResponse | 'drop' => {
    asked.push({ index: request.query.get('index'), wait: request.query.get('wait') })
    const index = indexes.shift() ?? '1'
    return index === 'drop' ? 'drop' : { status: 200, headers: { 'content-type': 'application/json', 'x-nomad-index': index }, body: '[]' }
  }
  const nomad = createNomad({
    address: 'http://nomad.test',
    dispatcher: handlerDispatcher((request) => Promise.resolve(answer(request))),
    clock,
  })
  return { nomad, asked, clock }
}

describe('waitForChange', () => {
  it('waits for an index after the one that was last listed', async () => {
    const { nomad, asked } = serverAt('7', '9', '9')
    await nomad.allocations('web')
    await nomad.waitForChange('web', 60_000)
    await nomad.waitForChange('web', 2_500)
    expect(asked.slice(1)).toEqual([
      { index: '7', wait: '60000ms' },
      { index: '9', wait: '2500ms' },
    ])
  })

  it('learns the index first where nothing was listed, and keeps jobs apart', async () => {
    const { nomad, asked } = serverAt('7', '8', '20', '21')
    await nomad.waitForChange('web', 1_000)
    await nomad.waitForChange('cron', 1_000)
    expect(asked.map((each) => each.index)).toEqual([null, '7', null, '20'])
  })

  it('begins anew when the index goes backwards', async () => {
    const { nomad, asked } = serverAt('900', '4', '5', '6')
    await nomad.allocations('web')
    await nomad.waitForChange('web', 1_000)
    await nomad.waitForChange('web', 1_000)
    expect(asked.map((each) => each.index)).toEqual([null, '900', null, '5'])
  })

  it('never asks for more than the server’s own default of 5 minutes', async () => {
    const { nomad, asked } = serverAt('7', '8')
    await nomad.waitForChange('web', 3_600_000)
    expect(asked[1]?.wait).toBe('300000ms')
  })

  it('does not race against a server that does not answer or tells no index', async () => {
    const gone = serverAt('drop', 'drop')
    await gone.nomad.waitForChange('web', 5_000)
    expect(gone.clock.slept).toEqual([1_000])
    const indexless = serverAt('0')
    await indexless.nomad.waitForChange('web', 400)
    expect(indexless.clock.slept).toEqual([400])
  })

  it('ends with the signal’s reason', async () => {
    const stop = new AbortController()
    const clock = skippingClock()
    const dispatcher = handlerDispatcher(
      (request) =>
        new Promise((_, reject) => {
          request.signal.addEventListener('abort', () => reject(new Error('gone')))
          stop.abort(new Error('enough'))
        }),
    )
    const nomad = createNomad({ address: 'http://nomad.test', dispatcher, clock })
    await expect(nomad.waitForChange('web', 5_000, stop.signal)).rejects.toThrow('enough')
  })
})
