import { expect, it } from 'vitest'
import { listenForInterrupt } from '../../../src/cli/terminal/interrupt.ts'
import { fakeIo } from '../fake-io.ts'

it('the first signal asks, the second insists, and the first gives the name', () => {
  const io = fakeIo()
  const said: string[] = []
  const { interrupt, stop } = listenForInterrupt(io, (which, signal) => void said.push(`${which} ${signal}`))
  expect(interrupt.requested.aborted).toBe(false)
  io.send('SIGHUP')
  expect([interrupt.requested.aborted, interrupt.now.aborted]).toEqual([true, false])
  io.send('SIGTERM')
  io.send('SIGTERM')
  expect(interrupt.now.aborted).toBe(true)
  expect(interrupt.signalName()).toBe('SIGHUP')
  expect(said).toEqual(['requested SIGHUP', 'now SIGTERM'])
  stop()
  expect(io.listeners()).toBe(0)
})
