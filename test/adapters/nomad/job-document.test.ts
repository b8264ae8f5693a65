import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { registerable, sameJob } from '../../../src/adapters/nomad/job-document.ts'
import type { JsonObject } from '../../../src/domain/json.ts'

interface Recorded {
  readonly name: string
  readonly body: JsonObject
}

const recordings = JSON.parse(readFileSync(new URL('../../lab/nomad/recordings/nomad-1.11.json', import.meta.url), 'utf8')) as Recorded[]
const recorded = (name: string): JsonObject => recordings.find((each) => each.name === name)?.body ?? {}

const group = (job: JsonObject): JsonObject => (job['TaskGroups'] as readonly JsonObject[])[0] ?? {}
const withGroup = (job: JsonObject, change: JsonObject): JsonObject => ({ ...job, TaskGroups: [{ ...group(job), ...change }] })

describe('registerable', () => {
  it('leaves out what the server set, and the stop', () => {
    const names = Object.keys(registerable({ ...recorded('job-stopped'), VersionTag: { Name: 'keep' } }))
    for (const name of [
      'Stop',
      'Version',
      'VersionTag',
      'Status',
      'Stable',
      'SubmitTime',
      'CreateIndex',
      'ModifyIndex',
      'JobModifyIndex',
      'NomadTokenID',
    ]) {
      expect(names).not.toContain(name)
    }
    expect(names).toEqual(
      expect.arrayContaining(['ID', 'Name', 'Namespace', 'Region', 'Type', 'Priority', 'Datacenters', 'TaskGroups', 'Meta', 'ParentID']),
    )
  })

  it('keeps the scaling policy without its numbers', () => {
    expect(group(registerable(recorded('scaled-job')))['Scaling']).toEqual({
      Enabled: true,
      Min: 0,
      Max: 3,
      Policy: {},
      Type: 'horizontal',
      Target: { Namespace: 'default', Job: 'scaled', Group: 'web' },
    })
  })

  it('leaves everything else as it is, fields that nobody knows too', () => {
    const job = { ID: 'x', Unknown: { deep: [1, null] }, TaskGroups: [{ Name: 'g', Odd: true }, null] }
    expect(registerable(job)).toEqual(job)
  })

  it('does not touch the saved document', () => {
    const saved = structuredClone(recorded('scaled-job'))
    registerable(saved)
    expect(saved).toEqual(recorded('scaled-job'))
  })
})

describe('sameJob', () => {
  it('sees the job that came back as the one that was saved', () => {
    expect(sameJob(recorded('job-changed'), recorded('job-back'))).toBe(true)
    expect(sameJob(recorded('job'), recorded('job-tagged'))).toBe(true)
  })

  it('sees a stop, another spec, and a disabled scaling policy as differences', () => {
    expect(sameJob(recorded('job-changed'), recorded('job-stopped'))).toBe(false)
    expect(sameJob(recorded('job'), recorded('job-changed'))).toBe(false)
    expect(sameJob({ ...recorded('scaled-job'), Stop: false }, { ...recorded('scaled-stopped-job'), Stop: false })).toBe(false)
  })

  it('takes absent, null and empty for one, outside the maps that are the user’s own', () => {
    const job = recorded('job')
    expect(sameJob(job, { ...job, NewerField: null, Affinities: [], AllAtOnce: undefined })).toBe(true)
    expect(sameJob(withGroup(job, { Meta: { a: '' } }), withGroup(job, { Meta: {} }))).toBe(false)
    expect(sameJob(withGroup(job, { Meta: null }), withGroup(job, { Meta: {} }))).toBe(true)
    expect(sameJob(withGroup(job, { Tasks: [{ Env: { A: '0' } }] }), withGroup(job, { Tasks: [{ Env: { A: '0', B: '' } }] }))).toBe(false)
  })

  it('minds the order of lists, not of members', () => {
    expect(sameJob({ Datacenters: ['a', 'b'] }, { Datacenters: ['b', 'a'] })).toBe(false)
    expect(sameJob({ ID: 'a', Name: 'b' }, { Name: 'b', ID: 'a' })).toBe(true)
  })

  it('knows any document as itself, registered again or not, and any changed text as another', () => {
    const leaf = fc.oneof(fc.string({ minLength: 1 }), fc.integer(), fc.boolean(), fc.constant(null))
    const member = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value')), fc.dictionary(fc.string({ minLength: 1 }), tie('value'))),
    })).value
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), member), (extra) => {
        const job = { ...(extra as JsonObject), ID: 'x' }
        expect(sameJob(job, structuredClone(job))).toBe(true)
        expect(sameJob({ ...job, Stop: false }, { ...registerable({ ...job, Stop: false, Version: 7 }), Version: 9 })).toBe(true)
        expect(sameJob(job, { ...job, ID: 'y' })).toBe(false)
      }),
    )
  })
})
