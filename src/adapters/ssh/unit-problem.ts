import type { Problem } from '../../domain/problem.ts'
import type { Answer } from './answer.ts'
import type { Attempt } from './connection-problem.ts'

type Words = Pick<Problem, 'code' | 'summary' | 'next'>

/** What a unit script (scripts/unit.ts) can answer instead of `ok`. systemd says what it refused; of a job that failed it may have done a part. */
export function unitProblem(unit: string, attempt: Attempt, { status, fields }: Answer): Problem {
  const detail = fields['detail'] ?? ''
  return {
    ...words(unit, attempt, status, fields['tool'] ?? '', detail),
    attempted: attempt.attempted,
    ...(detail !== '' && { details: [detail] }),
    effect: attempt.writes && status === 'refused' && !NOT_BEGUN.test(detail) ? 'unknown' : 'no',
  }
}

const NOT_ALLOWED = /Interactive authentication required|Access denied|Permission denied|Operation not permitted/i
const NO_SYSTEMD = /not been booted with systemd|Failed to connect to (system scope )?bus/i
const NOT_BEGUN = new RegExp(`${NOT_ALLOWED.source}|${NO_SYSTEMD.source}|not loaded|does not exist`, 'i')

function words(unit: string, { host, become }: Attempt, status: string, tool: string, detail: string): Words {
  if (status === 'missing-tool')
    return tool === 'systemctl'
      ? noSystemd(host)
      : {
          code: 'remote-tool-missing',
          summary: `${host} has no ${tool}, which is needed to look at ${unit}`,
          next: [`install ${tool} there`],
        }
  if (status === 'unseen')
    return {
      code: 'remote-processes-unseen',
      summary: `processes and ports of ${host} cannot be seen`,
      next: [`set targets.hosts.${host}.become: sudo, or mount /proc there`],
    }
  if (status !== 'refused')
    return {
      code: 'remote-answer-unknown',
      summary: `${host} answered ${JSON.stringify(status)}, which means nothing here`,
      next: ['this is a bug in jmc-migrate: please report it'],
    }
  if (NO_SYSTEMD.test(detail)) return noSystemd(host)
  if (NOT_ALLOWED.test(detail))
    return {
      code: 'unit-not-allowed',
      summary: `systemd on ${host} does not let this user change ${unit}`,
      next: [become === 'sudo' ? `try there: sudo systemctl status ${unit}` : `set targets.hosts.${host}.become: sudo`],
    }
  return {
    code: 'unit-refused',
    summary: `systemd on ${host} could not do it: ${detail}`,
    next: [`see why, on ${host}: systemctl status ${unit}; journalctl -u ${unit} -n 50`],
  }
}

const noSystemd = (host: string): Words => ({
  code: 'systemd-missing',
  summary: `${host} is not run by systemd`,
  next: ['name a host that is, or take Nomad off this one by hand'],
})
