import type { Call } from './call.ts'
import { get, indexOf, post, remove, rows, running, textAt } from './call.ts'
import { CHANGED, JOB, SUBMISSION, register } from './jobs.ts'

const ALLOCATION = [
  '0.ClientStatus',
  '0.DesiredStatus',
  '0.JobID',
  '0.JobVersion',
  '0.Name',
  '0.Namespace',
  '0.TaskGroup',
  '0.DeploymentStatus.Healthy',
  '0.TaskStates.server.State',
  '0.TaskStates.server.Failed',
]
const JOB_FIELDS = [
  'ID',
  'Name',
  'Namespace',
  'Region',
  'Type',
  'Status',
  'Stop',
  'Version',
  'ParentID',
  'Dispatched',
  'Periodic',
  'ParameterizedJob',
]

/** Of a stub in the list of jobs. */
export const STUB = ['0.ID', '0.ParentID', '0.Namespace', '0.Status', '0.Stop', '0.Type', '0.Periodic', '0.ParameterizedJob']

/** From registration to running. */
export const LIFE: readonly Call[] = [
  post('register', '/v1/jobs', { body: register(JOB, 0, SUBMISSION), same: ['Warnings'] }),
  post('register-exists', '/v1/jobs', { body: register(JOB, 0) }),
  post('register-conflict', '/v1/jobs', { body: register(JOB, 1) }),
  get('running', '/v1/job/contract/allocations', { until: running(0), same: ALLOCATION }),
  get('job', '/v1/job/contract', { token: 'reader', same: [...JOB_FIELDS, 'TaskGroups.0.Count', 'TaskGroups.0.Services.0.Tags'] }),
  get('job-other-namespace', '/v1/job/contract?namespace=mars'),
  get('deployment', '/v1/job/contract/deployment', {
    until: (body) => textAt(body, 'Status') === 'successful',
    same: ['Status', 'JobVersion', 'JobID'],
  }),
  get('list', '/v1/jobs', { same: STUB }),
  get('list-prefix', '/v1/jobs?prefix=contract/', { same: [''] }),
  get('versions', '/v1/job/contract/versions', { same: ['Versions.0.Version', 'Versions.0.Stop', 'Diffs'], without: ['TaskGroups'] }),
  get('submission', '/v1/job/contract/submission?version=0', {
    same: ['Source', 'Format', 'VariableFlags', 'Variables', 'Namespace', 'JobID', 'Version'],
  }),
  get('submission-no-version', '/v1/job/contract/submission'),
  get('evaluations', '/v1/job/contract/evaluations', {
    until: (body) => rows(body).every((each) => each['Status'] === 'complete'),
    same: ['0.Status', '0.JobID'],
  }),
  get('evaluation', (seen) => `/v1/evaluation/${textAt(seen('register'), 'EvalID')}`, { same: ['Status', 'JobID', 'TriggeredBy', 'Type'] }),
  get('evaluation-absent', '/v1/evaluation/00000000-1111-2222-3333-444444444444'),
  post('plan-same', '/v1/job/contract/plan', {
    body: { Job: JOB, Diff: true },
    same: ['Diff.Type', 'Annotations.DesiredTGUpdates.web.Ignore'],
  }),
  post('plan-changed', '/v1/job/contract/plan', {
    body: { Job: CHANGED, Diff: true },
    same: ['Diff.Type', 'Diff.Objects', 'Annotations.DesiredTGUpdates.web.DestructiveUpdate'],
  }),
  post('plan-other-id', '/v1/job/other/plan', { body: { Job: JOB, Diff: true } }),
  post('register-same', '/v1/jobs', { body: (seen) => register(JOB, indexOf(seen('job'))), same: ['Warnings'] }),
  get('job-after-same', '/v1/job/contract', { same: ['Version'], without: ['TaskGroups'] }),
]

/** Version tags. */
export const TAGS: readonly Call[] = [
  post('tag', '/v1/job/contract/versions/keep/tag', {
    body: { Version: 0, Description: 'before the move' },
    same: ['Name', 'Description'],
  }),
  post('tag-again', '/v1/job/contract/versions/keep/tag', { body: { Version: 0, Description: 'again' } }),
  get('job-tagged', '/v1/job/contract', { same: ['VersionTag.Name', 'VersionTag.Description'] }),
  remove('untag', '/v1/job/contract/versions/keep/tag', { same: ['Name'] }),
  remove('untag-absent', '/v1/job/contract/versions/keep/tag'),
  post('tag-absent-version', '/v1/job/contract/versions/keep/tag', { body: { Version: 99 } }),
]

/** Queries that wait. */
export const BLOCKING: readonly Call[] = [
  get('blocking-timeout', '/v1/job/contract/allocations?index=99999999&wait=300ms', { without: ['TaskStates'] }),
  get('blocking-at-once', '/v1/job/contract/allocations?index=1&wait=60s', { without: ['TaskStates'] }),
  get('blocking-bad-wait', '/v1/job/contract/allocations?index=1&wait=soon'),
  get('blocking-bad-index', '/v1/job/contract/allocations?index=-1'),
]
