import { expect, test } from 'vitest'
import { FakeClock } from './clock.ts'
import { FakeNomad } from './nomad.ts'

const RAW = { ID: 'x', TaskGroups: [{ Count: 1 }] }

test('a stop makes a version and ends allocations after a while; a register makes another', async () => {
  const clock = new FakeClock()
  const fake = new FakeNomad(clock)
  fake.start(RAW)
  const before = fake.read('x')
  expect(await fake.allocations('x')).toMatchObject([{ clientStatus: 'running', desiredStatus: 'run', healthy: false }])
  const { jobModifyIndex } = await fake.stop('x')
  expect(fake.read('x')).toMatchObject({ stop: true, status: 'dead', version: (before?.version ?? 0) + 1, jobModifyIndex })
  expect(await fake.allocations('x')).toMatchObject([{ clientStatus: 'running', desiredStatus: 'stop' }])
  await clock.sleep(fake.stopMs)
  expect(await fake.allocations('x')).toMatchObject([{ clientStatus: 'complete' }])
  expect(await fake.register(RAW, { enforceIndex: 1 })).toEqual({ outcome: 'index-conflict', found: jobModifyIndex })
  expect(await fake.register(RAW, { enforceIndex: jobModifyIndex })).toMatchObject({ outcome: 'registered' })
  await clock.sleep(fake.startMs)
  expect(await fake.allocations('x')).toMatchObject([
    { clientStatus: 'complete' },
    { clientStatus: 'running', healthy: true, jobVersion: 2 },
  ])
})

test('a tag leaves JobModifyIndex alone; a purge leaves nothing', async () => {
  const fake = new FakeNomad(new FakeClock())
  fake.start(RAW)
  const before = fake.read('x')
  await fake.tagVersion('x', 0, 'tag')
  expect(fake.read('x')).toEqual(before)
  await fake.purge('x')
  expect([fake.read('x'), await fake.allocations('x')]).toEqual([undefined, []])
  expect(await fake.register(RAW, { enforceIndex: 0 })).toMatchObject({ outcome: 'registered' })
})
