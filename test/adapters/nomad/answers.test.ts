import { describe, expect, it } from 'vitest'
import { allocationOf, jobOf } from '../../../src/adapters/nomad/answers.ts'
import type { JsonObject } from '../../../src/domain/json.ts'

const state = (State: string, Failed = false): JsonObject => ({ State, Failed, Events: [] })
const healthy = (raw: JsonObject, ...deploying: number[]): boolean | undefined =>
  allocationOf({ JobVersion: 3, ...raw }, new Set(deploying)).healthy

describe('the health of an allocation', () => {
  it('is what the deployment found', () => {
    expect(healthy({ ClientStatus: 'running', DeploymentStatus: { Healthy: true }, TaskStates: {} })).toBe(true)
    expect(healthy({ ClientStatus: 'running', DeploymentStatus: { Healthy: false }, TaskStates: { a: state('running') } })).toBe(false)
  })

  it('is over when the allocation is, whatever the deployment once found', () => {
    expect(healthy({ ClientStatus: 'complete', DeploymentStatus: { Healthy: true } })).toBe(false)
    expect(healthy({ ClientStatus: 'lost', DeploymentStatus: { Healthy: true } })).toBe(false)
  })

  it('is not known while the deployment of its version has not said', () => {
    const running = { ClientStatus: 'running', DeploymentStatus: null, TaskStates: { a: state('running') } }
    expect(healthy(running, 3)).toBeUndefined()
    expect(healthy(running, 4)).toBe(true)
    expect(healthy({ ClientStatus: 'pending' })).toBeUndefined()
  })

  it('without a deployment wants every task running or ended well', () => {
    expect(healthy({ ClientStatus: 'running', TaskStates: { a: state('running'), prestart: state('dead') } })).toBe(true)
    expect(healthy({ ClientStatus: 'running', TaskStates: { a: state('running'), b: state('pending') } })).toBe(false)
    expect(healthy({ ClientStatus: 'running', TaskStates: { a: state('running'), b: state('dead', true) } })).toBe(false)
    expect(healthy({ ClientStatus: 'running', TaskStates: null })).toBe(false)
    expect(healthy({ ClientStatus: 'unknown', TaskStates: { a: state('running') } })).toBe(false)
  })
})

describe('allocationOf', () => {
  it('tells the last event of a task as a person needs it', () => {
    const events = [
      { Type: 'Received', DisplayMessage: 'Task received by client' },
      { Type: 'Driver Failure', DisplayMessage: 'Failed to pull `web:1`: not found' },
    ]
    const raw = { ID: 'a', NodeID: 'n', TaskStates: { web: { State: 'dead', Failed: true, Events: events } } }
    expect(allocationOf(raw, new Set())).toMatchObject({
      node: 'n',
      tasks: [{ name: 'web', state: 'dead', failed: true, lastEvent: 'Driver Failure: Failed to pull `web:1`: not found' }],
    })
  })

  it('does without what a version does not send', () => {
    expect(allocationOf({}, new Set())).toEqual({
      id: '',
      name: '',
      node: '',
      jobVersion: 0,
      desiredStatus: '',
      clientStatus: '',
      healthy: false,
      createIndex: 0,
      tasks: [],
    })
    expect(jobOf({ ID: 'x' })).toEqual({
      id: 'x',
      namespace: 'default',
      type: '',
      status: '',
      stop: false,
      version: 0,
      jobModifyIndex: 0,
      raw: { ID: 'x' },
    })
  })
})
