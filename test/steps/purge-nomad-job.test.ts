import { describe, expect, test } from 'vitest'
import { purgeNomadJob } from '../../src/steps/purge-nomad-job.ts'
import { stopNomadJob } from '../../src/steps/stop-nomad-job.ts'
import { answered } from '../fakes/ports/visitor.ts'
import { FakeWorld } from '../fakes/ports/world.ts'
import { contextOf } from './context.ts'
import { problemOf } from './problem-of.ts'

const SPEC = { job: 'site' }
const STEP = { spec: SPEC, gates: [], onFailure: 'rollback', location: { file: 'plan.yaml', line: 1, column: 1 } } as const
const NO_NOTE = async (): Promise<void> => {}

describe('purge-nomad-job', () => {
  test('a running job is refused, unless a step before will have stopped it', async () => {
    const { ports } = new FakeWorld()
    const context = contextOf(ports, SPEC)
    expect(await problemOf(purgeNomadJob.preview(context, []))).toMatchObject({ code: 'job-not-stopped', effect: 'no' })
    const predicted = [{ system: 'nomad', object: 'job site', action: 'stop' as const }]
    expect((await purgeNomadJob.preview(context, predicted)).changes).toMatchObject([{ action: 'delete', object: 'job site' }])
  })

  test('the basis is the same before and after the stop', async () => {
    const { ports, nomad } = new FakeWorld()
    const context = contextOf(ports, SPEC)
    const before = await purgeNomadJob.preview(context, [{ system: 'nomad', object: 'job site', action: 'stop' }])
    await nomad.stop('site')
    expect((await purgeNomadJob.preview(context, [])).basis).toEqual(before.basis)
  })

  test('an allocation that may still run keeps the job', async () => {
    const { ports, nomad, clock } = new FakeWorld()
    const context = contextOf(ports, SPEC)
    await nomad.stop('site')
    const { undoRecord } = await purgeNomadJob.preview(context, [])
    expect(await problemOf(purgeNomadJob.apply(context, undoRecord, NO_NOTE, []))).toMatchObject({ code: 'job-not-stopped', effect: 'no' })
    await clock.sleep(nomad.stopMs)
    for (const each of nomad.allocationList) each.lost = true
    expect(await problemOf(purgeNomadJob.apply(context, undoRecord, NO_NOTE, []))).toMatchObject({
      details: [expect.stringContaining('lost')],
    })
    for (const each of nomad.allocationList) each.lost = false
    await purgeNomadJob.apply(context, undoRecord, NO_NOTE, [])
    expect(nomad.read('site')).toBeUndefined()
  })

  test('an allocation that only a lost node could end is said to be that', async () => {
    const { ports, nomad, clock } = new FakeWorld()
    const context = contextOf(ports, SPEC)
    await nomad.stop('site')
    await clock.sleep(nomad.stopMs)
    for (const each of nomad.allocationList) each.lost = true
    const { undoRecord } = await purgeNomadJob.preview(context, [])
    const problem = await problemOf(purgeNomadJob.apply(context, undoRecord, NO_NOTE, []))
    expect(problem).toMatchObject({ code: 'allocation-lost', effect: 'no' })
    expect(problem?.next.join()).not.toMatch(/stop-nomad-job/)
  })

  test('one that was out of sight before the stop is waited for by neither step', async () => {
    const { ports, nomad, clock } = new FakeWorld()
    for (const each of nomad.allocationList) each.lost = true
    const stopping = contextOf(ports, SPEC)
    const stopped = (await stopNomadJob.preview(stopping, [])).undoRecord
    await stopNomadJob.apply(stopping, stopped, async () => {}, [])
    await clock.sleep(nomad.stopMs)
    const context = contextOf(ports, SPEC)
    const plan = { ...context.plan, steps: [{ ...STEP, id: 'stop', kind: 'stop-nomad-job' }] }
    const after = { ...context, plan, earlier: new Map([['stop', stopped]]) }
    const { undoRecord } = await purgeNomadJob.preview(after, [])
    await purgeNomadJob.apply(after, undoRecord, NO_NOTE, [])
    expect(nomad.read('site')).toBeUndefined()
  })

  test('a job that is gone already is no change; one that came back belongs to somebody else', async () => {
    const { ports, nomad } = new FakeWorld()
    const context = contextOf(ports, SPEC)
    await nomad.purge('site')
    const { changes, undoRecord } = await purgeNomadJob.preview(context, [])
    expect(changes).toEqual([])
    expect(await purgeNomadJob.settle(context, undoRecord, [])).toEqual({ status: 'done' })
    nomad.start({ ID: 'site' })
    expect(await purgeNomadJob.settle(context, undoRecord, [])).toMatchObject({ status: 'foreign' })
    expect(await problemOf(purgeNomadJob.apply(context, undoRecord, NO_NOTE, []))).toMatchObject({ code: 'job-not-stopped' })
  })

  test('it ends with the job gone and the site answering', async () => {
    const { ports, nomad, visitor } = new FakeWorld()
    const context = contextOf(ports, SPEC)
    await nomad.stop('site')
    const { undoRecord } = await purgeNomadJob.preview(context, [])
    visitor.answer = () => answered(200, 'Hello')
    expect(await purgeNomadJob.verify(context, undoRecord, [])).toMatchObject({ verdict: 'pending' })
    await nomad.purge('site')
    expect(await purgeNomadJob.verify(context, undoRecord, [])).toMatchObject({ verdict: 'pass' })
    visitor.answer = () => answered(404)
    expect(await purgeNomadJob.verify(context, undoRecord, [])).toMatchObject({ verdict: 'pending', visitorSawIt: true })
  })

  test('asks for the right to purge, and what a person must type is the name of the job', async () => {
    const { ports, nomad } = new FakeWorld()
    nomad.rights = new Set(['read-job', 'deregister-job'] as const)
    expect(await purgeNomadJob.preflight(contextOf(ports, SPEC))).toContainEqual(
      expect.objectContaining({ verdict: 'fail', what: 'the Nomad token may purge a job' }),
    )
    expect(purgeNomadJob.confirmation?.(SPEC)).toBe('site')
  })

  test('the bundle can bring the job back', async () => {
    const { ports, nomad } = new FakeWorld()
    await nomad.stop('site')
    const { undoRecord } = await purgeNomadJob.preview(contextOf(ports, SPEC), [])
    const files = (await purgeNomadJob.restoreFiles?.(contextOf(ports, SPEC), undoRecord)) ?? []
    expect(JSON.parse(new TextDecoder().decode(files[0]?.bytes))).toMatchObject({ ID: 'site', Stop: false })
    expect(new TextDecoder().decode(files[1]?.bytes)).toBe('job "site" {}')
  })
})
