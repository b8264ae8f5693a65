import type { Call } from './call.ts'
import { get, post, remove } from './call.ts'
import { JOB, register } from './jobs.ts'

/** Who we are, and where. */
export const WHO: readonly Call[] = [
  get('agent-self', '/v1/agent/self', { keep: ['config.Region', 'config.Version.Version', 'member.Name'], same: ['config.Region'] }),
  get('agent-self-reader', '/v1/agent/self', { token: 'reader' }),
  get('leader', '/v1/status/leader', { token: 'none' }),
  get('token-management', '/v1/acl/token/self', { same: ['Type', 'Policies', 'Roles', 'ExpirationTime'] }),
  get('token-reader', '/v1/acl/token/self', { token: 'reader', same: ['Type', 'Name', 'Policies', 'Roles', 'ExpirationTime'] }),
  get('token-anonymous', '/v1/acl/token/self', { token: 'none', same: ['Type', 'Name', 'Policies', 'AccessorID'] }),
  get('token-wrong', '/v1/acl/token/self', { token: 'wrong' }),
  get('policy-own', '/v1/acl/policy/reader', { token: 'reader', same: ['Name', 'Rules'] }),
  get('policy-foreign', '/v1/acl/policy/deployer', { token: 'reader' }),
  get('policy-absent', '/v1/acl/policy/nosuch'),
  get('policies-own', '/v1/acl/policies', { token: 'reader', same: ['0.Name'] }),
  get('namespace', '/v1/namespace/default', { same: ['Name'] }),
  get('namespace-absent', '/v1/namespace/mars'),
  get('namespace-reader', '/v1/namespace/default', { token: 'reader', same: ['Name'] }),
  get('namespace-foreign', '/v1/namespace/mars', { token: 'reader' }),
  get('no-such-region', '/v1/job/contract?region=mars'),
  get('no-such-path', '/v1/nosuch'),
]

/** A job that does not exist. */
export const ABSENT: readonly Call[] = [
  get('absent-job', '/v1/job/contract'),
  get('absent-allocations', '/v1/job/contract/allocations', { same: [''] }),
  get('absent-versions', '/v1/job/contract/versions'),
  get('absent-submission', '/v1/job/contract/submission?version=0'),
  get('absent-deployment', '/v1/job/contract/deployment', { same: [''] }),
  get('absent-scaling', '/v1/scaling/policies?job=contract', { same: [''] }),
  remove('absent-stop', '/v1/job/contract', { same: ['EvalID', 'JobModifyIndex'] }),
  remove('absent-purge', '/v1/job/contract?purge=true', { same: ['EvalID', 'JobModifyIndex'] }),
  post('absent-tag', '/v1/job/contract/versions/keep/tag', { body: { Version: 0, Description: 'd' } }),
  post('absent-plan', '/v1/job/contract/plan', {
    body: { Job: JOB, Diff: true },
    same: ['Diff.Type', 'Diff.ID', 'JobModifyIndex', 'FailedTGAllocs', 'Annotations.DesiredTGUpdates.web.Place'],
    without: ['Fields', 'Objects'],
  }),
  post('absent-namespace-register', '/v1/jobs?namespace=mars', { body: register({ ...JOB, Namespace: 'mars' }, 0) }),
  post('absent-enforced', '/v1/jobs', { body: register(JOB, 7) }),
  post('body-without-job', '/v1/jobs', { body: {} }),
]

/** What tokens may not do. */
export const RIGHTS: readonly Call[] = [
  get('no-token-read', '/v1/job/contract', { token: 'none' }),
  get('wrong-token-read', '/v1/job/contract', { token: 'wrong' }),
  get('no-token-list', '/v1/jobs', { token: 'none' }),
  post('reader-registers', '/v1/jobs', { token: 'reader', body: register(JOB, 0) }),
  remove('reader-stops', '/v1/job/contract', { token: 'reader' }),
  post('reader-plans', '/v1/job/contract/plan', { token: 'reader', body: { Job: JOB, Diff: true } }),
  post('reader-tags', '/v1/job/contract/versions/keep/tag', { token: 'reader', body: { Version: 0 } }),
  remove('deployer-purges', '/v1/job/contract?purge=true', { token: 'deployer' }),
  post('deployer-plans', '/v1/job/contract/plan', { token: 'deployer', body: { Job: JOB, Diff: true } }),
  post('deployer-tags', '/v1/job/contract/versions/keep/tag', { token: 'deployer', body: { Version: 0 } }),
]
