import { describe, expect, test } from 'vitest'
import { describeAllocation, healthOf, outOfSight, unfinished } from '../../src/domain/allocations.ts'
import type { NomadAllocation, NomadJob } from '../../src/domain/ports/index.ts'

const JOB: NomadJob = {
  id: 'x',
  namespace: 'default',
  type: 'service',
  status: 'running',
  stop: false,
  version: 3,
  jobModifyIndex: 9,
  raw: { TaskGroups: [{ Count: 2 }, {}] },
}
const allocation = (fields: Partial<NomadAllocation>): NomadAllocation => ({
  id: '0123456789',
  name: 'x.web[0]',
  node: 'node-1',
  jobVersion: 3,
  desiredStatus: 'run',
  clientStatus: 'running',
  healthy: true,
  createIndex: 1,
  tasks: [],
  ...fields,
})

test('only complete and failed are over; lost and unknown are out of sight', () => {
  const all = ['pending', 'running', 'complete', 'failed', 'lost', 'unknown'].map((clientStatus) => allocation({ clientStatus }))
  expect(unfinished(all).map((each) => each.clientStatus)).toEqual(['pending', 'running', 'lost', 'unknown'])
  expect(outOfSight(all).map((each) => each.clientStatus)).toEqual(['lost', 'unknown'])
})

describe('health', () => {
  test('counts healthy ones of the present version against what the groups want', () => {
    const all = [
      allocation({}),
      allocation({ healthy: undefined }),
      allocation({ healthy: false }),
      allocation({ jobVersion: 2 }),
      allocation({ desiredStatus: 'stop' }),
    ]
    expect(healthOf(JOB, all)).toEqual({ healthy: 1, running: 3, wanted: 3, placed: 3, failed: [] })
  })

  test('a job that runs nowhere is not healthy, a system job runs where it can', () => {
    expect(healthOf({ ...JOB, type: 'system' }, [])).toMatchObject({ healthy: 0, wanted: 1 })
    expect(healthOf({ ...JOB, type: 'system' }, [allocation({}), allocation({})])).toMatchObject({ healthy: 2, wanted: 2 })
  })

  test('a system job is not healthy on its first node while others are still to get it', () => {
    const unplaced = 'evaluation 0123abcd is pending'
    expect(healthOf({ ...JOB, type: 'system', unplaced }, [allocation({})])).toMatchObject({
      healthy: 1,
      wanted: 2,
      placed: 1,
      failed: ['at least one more is to come: evaluation 0123abcd is pending'],
    })
  })

  test('of a batch job those that ended well are; of a service they are missing', () => {
    const all = [allocation({}), allocation({ clientStatus: 'complete', healthy: false })]
    expect(healthOf({ ...JOB, type: 'sysbatch' }, all)).toMatchObject({ healthy: 2, running: 2, wanted: 2 })
    expect(healthOf({ ...JOB, raw: { TaskGroups: [{ Count: 2 }] } }, all)).toMatchObject({ healthy: 1, running: 1, wanted: 2 })
  })

  test('failed ones of the present version are named', () => {
    const failed = allocation({ clientStatus: 'failed', tasks: [{ name: 't', state: 'dead', failed: true, lastEvent: 'Exit Code: 137' }] })
    expect(healthOf(JOB, [failed, allocation({ clientStatus: 'failed', jobVersion: 2 })]).failed).toEqual([
      'x.web[0] (01234567) is failed on node-1: Exit Code: 137',
    ])
    expect(describeAllocation(allocation({}))).toBe('x.web[0] (01234567) is running on node-1')
  })
})
