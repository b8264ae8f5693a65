import type { Call } from './call.ts'
import { get, indexOf, isHealthy, post, remove, rows, running, textAt } from './call.ts'
import { CHANGED, SCALED, SUBMISSION, register } from './jobs.ts'
import { STUB } from './life.ts'

/** A changed job. */
export const UPDATE: readonly Call[] = [
  post('register-changed', '/v1/jobs', { body: (seen) => register(CHANGED, indexOf(seen('job-tagged'))) }),
  get('running-changed', '/v1/job/contract/allocations', { until: running(1), without: ['TaskStates'] }),
  get('versions-changed', '/v1/job/contract/versions', {
    same: ['Versions.0.Version', 'Versions.1.Version', 'Versions.0.Meta', 'Diffs'],
    without: ['TaskGroups'],
  }),
  get('job-changed', '/v1/job/contract', { same: ['Version', 'Status', 'Meta', 'VersionTag'] }),
]

/** A stop, and the saved job again. */
export const STOP_AND_BACK: readonly Call[] = [
  remove('stop', '/v1/job/contract', { token: 'deployer', same: ['VolumeEvalID'] }),
  // First that the job is dead, then that its allocation still runs: `dead` is not "stopped".
  get('job-draining', '/v1/job/contract', {
    until: (body) => textAt(body, 'Status') === 'dead',
    same: ['Status', 'Stop'],
    without: ['TaskGroups'],
  }),
  get('draining', '/v1/job/contract/allocations', {
    until: (body) => rows(body).some((each) => each['DesiredStatus'] === 'stop' && each['ClientStatus'] === 'running'),
    without: ['TaskStates'],
  }),
  get('stopped', '/v1/job/contract/allocations', {
    until: (body) => rows(body).every((each) => each['ClientStatus'] === 'complete'),
    same: [
      '0.ClientStatus',
      '0.DesiredStatus',
      '1.ClientStatus',
      '1.DesiredStatus',
      '0.TaskStates.server.State',
      '0.TaskStates.server.Failed',
    ],
  }),
  get('job-stopped', '/v1/job/contract', { until: (body) => textAt(body, 'Status') === 'dead', same: ['Status', 'Stop', 'Version'] }),
  get('list-stopped', '/v1/jobs', { same: STUB }),
  post('plan-stopped', '/v1/job/contract/plan', {
    body: { Job: CHANGED, Diff: true },
    same: ['Diff.Type', 'Annotations.DesiredTGUpdates.web.Place'],
  }),
  get('submission-stopped', '/v1/job/contract/submission?version=3'),
  get('submission-before', '/v1/job/contract/submission?version=0', { same: ['Source'] }),
  get('deployment-stopped', '/v1/job/contract/deployment', { same: ['JobVersion'] }),
  remove('stop-again', '/v1/job/contract'),
  get('job-stopped-again', '/v1/job/contract', {
    until: (body) => textAt(body, 'Status') === 'dead',
    same: ['Status', 'Stop', 'Version'],
    without: ['TaskGroups'],
  }),
  post('register-back', '/v1/jobs', {
    token: 'deployer',
    body: (seen) => register(seen('job-changed'), indexOf(seen('job-stopped-again')), SUBMISSION),
  }),
  get('running-back', '/v1/job/contract/allocations', {
    until: (body) => rows(body).some((each) => each['ClientStatus'] === 'running' && isHealthy(each)),
    without: ['TaskStates'],
  }),
  get('job-back', '/v1/job/contract', { same: ['Status', 'Stop', 'Version'] }),
]

/** A scaling policy through a stop. */
export const SCALED_JOB: readonly Call[] = [
  post('scaled-register', '/v1/jobs', { body: register(SCALED, 0) }),
  get('scaling', '/v1/scaling/policies?job=scaled', { same: ['0.Enabled', '0.Target', '0.Type'] }),
  get('scaled-job', '/v1/job/scaled', {
    same: ['TaskGroups.0.Scaling.Enabled', 'TaskGroups.0.Scaling.Min', 'TaskGroups.0.Scaling.Max', 'TaskGroups.0.Scaling.Target'],
  }),
  remove('scaled-stop', '/v1/job/scaled'),
  get('scaling-stopped', '/v1/scaling/policies?job=scaled', { same: ['0.Enabled'] }),
  get('scaled-stopped-job', '/v1/job/scaled', { same: ['TaskGroups.0.Scaling.Enabled'] }),
  post('scaled-back', '/v1/jobs', { body: (seen) => register(seen('scaled-job'), indexOf(seen('scaled-stopped-job'))) }),
  get('scaling-back', '/v1/scaling/policies?job=scaled', { same: ['0.Enabled'] }),
  remove('scaled-purge', '/v1/job/scaled?purge=true'),
]

/** The end. */
export const PURGE: readonly Call[] = [
  remove('stop-for-good', '/v1/job/contract'),
  get('stopped-for-good', '/v1/job/contract/allocations', {
    until: (body) => rows(body).every((each) => each['ClientStatus'] === 'complete'),
    without: ['TaskStates'],
  }),
  remove('purge', '/v1/job/contract?purge=true', { same: ['VolumeEvalID'] }),
  get('purged-job', '/v1/job/contract'),
  get('purged-allocations', '/v1/job/contract/allocations', { same: [''], until: (body) => Array.isArray(body) && body.length === 0 }),
  get('purged-allocations-all', '/v1/job/contract/allocations?all=true', { same: [''] }),
  get('purged-versions', '/v1/job/contract/versions'),
  get('purged-submission', '/v1/job/contract/submission?version=0'),
]
