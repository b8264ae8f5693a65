import { describe, expect, it, test } from 'vitest'
import type { Change } from '../../../src/domain/change.ts'
import { problemOf } from '../problem-of.ts'
import { stage } from './stage.ts'

describe('Nomad is not removed while it has anything to do', () => {
  it.each([
    ['a service', { id: 'web' }, 'web: service, running'],
    ['a job that runs on every node', { id: 'agent', type: 'system' }, 'agent: system, running'],
    ['a periodic job that waits', { id: 'backup', type: 'batch', periodic: true }, 'backup: periodic batch, running'],
    ['a job that waits to be dispatched', { id: 'mail', type: 'batch', parameterized: true }, 'mail: parameterized batch, running'],
    ['a job that waits for a place', { id: 'late', status: 'pending' }, 'late: service, pending'],
    ['a batch job that ended and was not stopped', { id: 'once', type: 'batch', status: 'dead' }, 'once: batch, dead, but not stopped'],
  ])('%s, in a namespace of its own', async (_, job, said) => {
    const { cluster, preview } = stage([{ host: 'a' }])
    cluster.run({ ...job, namespace: 'other' })
    const problem = await problemOf(preview())
    expect(problem).toMatchObject({ code: 'nomad-still-runs', effect: 'no', details: [`job other/${said}`] })
    expect(problem.summary).toContain(`other/${job.id}`)
    expect(problem.next[0]).toContain(`nomad job stop -namespace other '${job.id}'`)
  })

  it.each(['running', 'pending', 'lost', 'unknown'])('an allocation of a job that is gone, which is %s', async (status) => {
    const { cluster, preview } = stage([{ host: 'a' }])
    cluster.place('purged', 'a', 'other', status)
    expect(await problemOf(preview())).toMatchObject({
      code: 'nomad-still-runs',
      details: [expect.stringMatching(new RegExp(`is ${status} on a, of job other/purged`))],
    })
  })

  it('names a job once, not again for each of its allocations', async () => {
    const { cluster, preview } = stage([{ host: 'a' }])
    cluster.run({ id: 'web' }, 'a')
    expect((await problemOf(preview())).details).toHaveLength(1)
  })

  it('a token that cannot be shown to see every namespace: what it lists proves nothing', async () => {
    const { cluster, preflight } = stage([{ host: 'a' }])
    cluster.rights = { everyNamespace: false, node: 'write' }
    expect((await preflight()).filter((each) => each.verdict === 'fail')).toMatchObject([{ problem: { code: 'nomad-namespaces-unseen' } }])
    cluster.rights = 'unknown'
    expect((await preflight()).map((each) => each.verdict)).toEqual(['fail', 'warn', 'pass'])
  })
})

describe('what does not stand in the way', () => {
  test('stopped jobs, ended allocations, ended children of a periodic job', async () => {
    const { cluster, preview } = stage([{ host: 'a' }])
    cluster.run({ id: 'web', stop: true, status: 'dead' })
    cluster.run({ id: 'backup/periodic-1', parent: 'backup', type: 'batch', status: 'dead' })
    cluster.place('web', 'a', 'default', 'complete')
    cluster.place('backup/periodic-1', 'a', 'default', 'failed')
    expect((await preview()).changes).toHaveLength(2)
  })

  test('a job that a step before stops, in its own namespace alone', async () => {
    const { cluster, preview } = stage([{ host: 'a' }])
    const stops: readonly Change[] = [{ system: 'nomad', object: 'job web', action: 'stop' }]
    cluster.run({ id: 'web' }, 'a')
    expect((await preview(stops)).changes).toHaveLength(2)
    cluster.run({ id: 'web', namespace: 'other' })
    expect((await problemOf(preview(stops))).details).toEqual(['job other/web: service, running'])
  })
})
