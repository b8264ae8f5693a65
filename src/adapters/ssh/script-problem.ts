import type { Problem } from '../../domain/problem.ts'
import type { Answer } from './answer.ts'
import type { Attempt } from './connection-problem.ts'

type Words = Pick<Problem, 'code' | 'summary' | 'next'> & { readonly effect?: 'unknown' }
type Explain = (path: string, attempt: Attempt, fields: Readonly<Record<string, string>>) => Words

const becomeHint = ({ become, host }: Attempt): string =>
  become === 'sudo'
    ? 'even root may not: look at mount options and attributes (lsattr)'
    : `set targets.hosts.${host}.become: sudo, or log in as a user who may`

/** What a script can answer instead of `ok` (scripts/), each with what to do next. */
const ANSWERS: Readonly<Record<string, Explain>> = {
  missing: (path, { host }, { path: resolved }) => ({
    code: 'remote-file-missing',
    summary: `${path} does not exist on ${host}${resolved !== undefined && resolved !== '' && resolved !== path ? ` (it leads to ${resolved})` : ''}`,
    next: ['correct the path in the plan, or make the file first: an empty one is never made for you'],
  }),
  'not-reachable': (path, attempt) => ({
    code: 'remote-folder-unreachable',
    summary: `a folder above ${path} may not be entered on ${attempt.host}`,
    next: [becomeHint(attempt)],
  }),
  'not-a-file': (path, { host }, { type }) => ({
    code: 'remote-file-not-regular',
    summary: `${path} on ${host} is a ${type ?? 'special file'}, not a regular file`,
    next: ['name the file itself; a folder of dynamic files needs the one file that the router belongs in'],
  }),
  'not-readable': (path, attempt) => ({
    code: 'remote-file-unreadable',
    summary: `${path} may not be read on ${attempt.host}`,
    next: [becomeHint(attempt)],
  }),
  'not-writable': (path, attempt, { detail }) => writeRefused(path, attempt, detail ?? '', 'remote-file-not-writable'),
  'folder-not-writable': (path, attempt) => writeRefused(path, attempt, 'Permission denied', 'remote-folder-not-writable'),
  'write-refused': (path, attempt, { detail }) => writeRefused(path, attempt, detail ?? '', 'remote-folder-not-writable'),
  'too-large': (path, { host }, { size }) => ({
    code: 'remote-file-too-large',
    summary: `${path} on ${host} has ${size ?? '?'} bytes, more than a dynamic file may have`,
    next: ['check the path'],
  }),
  'missing-tool': (path, { host }, { tool }) => ({
    code: 'remote-tool-missing',
    summary: `${host} has no ${tool ?? 'tool'}, which is needed for ${path}`,
    next: [`install ${tool ?? 'it'} there (Debian: coreutils, diffutils)`],
  }),
  locked: (path, { host }) => ({
    code: 'remote-file-locked',
    summary: `another write of jmc-migrate holds the lock on the folder of ${path} on ${host}`,
    next: ['wait for the other run to end, then try again', `see who holds it: lsof +d ${folderOf(path)}`],
  }),
  'too-late': (path, { host }) => ({
    code: 'remote-write-too-late',
    summary: `${host} was too slow: nothing of ${path} was changed`,
    next: ['check the load of the host, then try again'],
  }),
  'torn-input': (path, { host }) => ({
    code: 'remote-input-torn',
    summary: `the new content of ${path} did not arrive whole on ${host}; nothing was changed`,
    next: ['check the network, then try again'],
  }),
  'access-not-kept': (path, attempt, { detail }) => ({
    code: 'remote-access-not-kept',
    summary: `owner, mode or ACL of ${path} cannot be kept on ${attempt.host}: ${detail ?? ''}`,
    next: [becomeHint(attempt), 'for an ACL: install the package acl there'],
  }),
  busy: (path, { host }) => ({
    code: 'remote-file-busy',
    summary: `somebody on ${host} has ${path} open for writing; nothing was changed`,
    next: [`see who: fuser -v ${path}`, 'let them finish, then try again'],
  }),
  'half-done': (path, { host }, { detail }) => ({
    code: 'remote-write-half-done',
    summary: `the exchange of ${path} on ${host} stopped half way: ${detail ?? ''}`,
    next: [`look at ${path} and the files beside it whose names end in .jmc-migrate.tmp`],
    effect: 'unknown',
  }),
}

function writeRefused(path: string, attempt: Attempt, detail: string, permissionCode: string): Words {
  const said = `${path} cannot be written on ${attempt.host}: ${detail}`
  if (/No space left|quota exceeded/i.test(detail))
    return { code: 'remote-no-space', summary: said, next: [`make room: df -h ${folderOf(path)}`] }
  if (/Read-only file system/i.test(detail))
    return { code: 'remote-read-only', summary: said, next: [`see how it is mounted: findmnt -T ${path}`] }
  if (/resource busy/i.test(detail)) return mountPointWords(path, attempt)
  if (/Operation not permitted/i.test(detail))
    return { code: 'remote-file-immutable', summary: said, next: [`see its attributes: lsattr ${path}`, becomeHint(attempt)] }
  if (/Permission denied/i.test(detail))
    return {
      code: permissionCode,
      summary: said,
      next: [becomeHint(attempt), 'the folder must be writable too: the new file is made beside the old one'],
    }
  return { code: 'remote-write-refused', summary: said, next: [`look at ${folderOf(path)} on ${attempt.host}`] }
}

const folderOf = (path: string): string => path.replace(/\/[^/]*$/, '') || '/'

const mountPointWords = (path: string, { host }: Attempt): Words => ({
  code: 'remote-file-is-mount-point',
  summary: `${path} on ${host} is mounted by itself: whoever has it mounted would keep the old file after an exchange of names`,
  next: ['mount the folder instead of the file (a Docker volume of the folder), or set targets.edge.write: in-place'],
})

/** The problem that a script's answer stands for. Only an explicit doubt is `unknown`: a script that answers knows what it did. */
export function scriptProblem(path: string, attempt: Attempt, answer: Answer): Problem {
  const explain = ANSWERS[answer.status]
  const words: Words = explain?.(path, attempt, answer.fields) ?? {
    code: 'remote-answer-unknown',
    summary: `${attempt.host} answered ${JSON.stringify(answer.status)}, which means nothing here`,
    next: ['this is a bug in jmc-migrate: please report it'],
    effect: 'unknown',
  }
  const kept = answer.fields['kept']
  const details = [
    ...(answer.fields['detail'] ? [answer.fields['detail']] : []),
    ...(kept === undefined ? [] : [`an edit of someone else is kept in ${kept}`]),
  ]
  return { ...words, attempted: attempt.attempted, effect: words.effect ?? 'no', ...(details.length > 0 && { details }) }
}

/** An exchange would be refused or, worse, not be seen by whoever mounted the file. */
export const mountPointProblem = (path: string, attempt: Attempt): Problem => ({
  ...mountPointWords(path, attempt),
  attempted: attempt.attempted,
  effect: 'no',
})
