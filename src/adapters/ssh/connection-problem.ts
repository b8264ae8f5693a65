import type { Problem } from '../../domain/problem.ts'
import { CONNECT_TIMEOUT_SECONDS } from './command-line.ts'
import type { ProcessResult } from './process-runner.ts'

/** What was being done, for the problem's words. */
export interface Attempt {
  readonly host: string
  /** Alias or address given to ssh. */
  readonly ssh: string
  readonly sshConfig: string | undefined
  readonly become: 'sudo' | undefined
  /** "read /mnt/…/dynamic_conf.yml on hestia". */
  readonly attempted: string
  /** A command that only reads has no effect, whatever became of it. */
  readonly writes: boolean
}

interface Refusal {
  readonly code: string
  /** Tried on what ssh and sudo say; the first that fits wins. */
  readonly says: RegExp
  readonly summary: (attempt: Attempt) => string
  readonly next: (attempt: Attempt) => readonly string[]
}

const command = ({ ssh, sshConfig }: Attempt, rest = 'true'): string =>
  `ssh ${sshConfig === undefined ? '' : `-F ${sshConfig} `}${ssh} ${rest}`
const tryIt = (attempt: Attempt): string => `try: ${command(attempt)}`

/** ssh's own words for "the command did not leave": said before or instead of authentication, with exit code 255. */
const NOT_CONNECTED: readonly Refusal[] = [
  {
    code: 'ssh-host-key-changed',
    says: /REMOTE HOST IDENTIFICATION HAS CHANGED|host key .*has changed and you have requested strict checking/i,
    summary: ({ host, ssh }) => `the host key of ${host} (${ssh}) is not the one that known_hosts holds`,
    next: ({ host }) => [
      `ask whoever runs ${host} whether its key was changed on purpose, and compare the fingerprint over another channel; someone may be in between`,
      'only then put the new key in known_hosts',
    ],
  },
  {
    code: 'ssh-host-key-unknown',
    says: /^No .*host key is known for|^Host key verification failed/im,
    summary: ({ host, ssh }) => `known_hosts has no key of ${host} (${ssh}), and an unknown key is never accepted here`,
    next: (attempt) => [`connect once by hand and compare the fingerprint it shows with the host's own: ${command(attempt)}`],
  },
  {
    code: 'ssh-permission-denied',
    says: /^.*: Permission denied \([\w,@.-]*\)\.?\s*$|^Received disconnect from .*Too many authentication failures/im,
    summary: ({ host, ssh }) => `${host} (${ssh}) accepts none of our keys`,
    next: (attempt) => [
      'load the key (ssh-add), or name it and the user in ssh_config (IdentityFile, User); no password is ever asked for',
      tryIt(attempt),
    ],
  },
  {
    code: 'ssh-name-unknown',
    says: /^ssh: Could not resolve hostname/im,
    summary: ({ host, ssh }) => `the name ${ssh} of host ${host} cannot be resolved`,
    next: ({ host }) => [`check targets.hosts.${host}.ssh, HostName in ssh_config, and DNS or the VPN`],
  },
  {
    code: 'ssh-refused',
    says: /^ssh: connect to host .*: Connection refused/im,
    summary: ({ host, ssh }) => `${host} (${ssh}) refused the connection: no sshd on that address and port`,
    next: (attempt) => ['check the port in ssh_config and that sshd runs there', tryIt(attempt)],
  },
  {
    code: 'ssh-unreachable',
    says: /^ssh: connect to host .*: (No route to host|Network is unreachable|Network is down)/im,
    summary: ({ host, ssh }) => `there is no route to ${host} (${ssh})`,
    next: (attempt) => ['check the network or VPN', tryIt(attempt)],
  },
  {
    code: 'ssh-timed-out',
    says: /^ssh: connect to host .*: (Connection|Operation) timed out|^Connection timed out during banner exchange/im,
    summary: ({ host, ssh }) => `${host} (${ssh}) did not answer within ${CONNECT_TIMEOUT_SECONDS} s`,
    next: (attempt) => ['check that the host is up, and the network, VPN or firewall', tryIt(attempt)],
  },
  {
    code: 'ssh-no-handshake',
    says: /^kex_exchange_identification: |^banner exchange: |^Unable to negotiate with/im,
    summary: ({ host, ssh }) => `${host} (${ssh}) ended the connection before authentication`,
    next: (attempt) => [
      'sshd may be overloaded (MaxStartups), banning this address, or no sshd at all',
      `see: ${command(attempt, '-v true')}`,
    ],
  },
  {
    code: 'ssh-config-invalid',
    says: /Bad configuration option|terminating, \d+ bad configuration|Can't open user config file|Bad owner or permissions on/i,
    summary: ({ sshConfig }) => `ssh cannot use ${sshConfig ?? 'its configuration'}`,
    next: (attempt) => [`correct the file that ssh names: ${command(attempt)}`],
  },
]

/** What sudo says instead of running anything. */
const NOT_BECOME: readonly Refusal[] = [
  {
    code: 'sudo-password-needed',
    says: /^sudo: (a password is required|a terminal is required|sorry, you must have a tty)/im,
    summary: ({ host }) => `sudo on ${host} wants a password or a terminal`,
    next: ({ host }) => [
      `allow the user to run sh without a password there (NOPASSWD in sudoers), or log in as root and leave out targets.hosts.${host}.become`,
    ],
  },
  {
    code: 'sudo-refused',
    says: /^Sorry, user .* is not allowed|is not in the sudoers file|^sudo: .*(not permitted|not allowed)/im,
    summary: ({ host }) => `sudo on ${host} does not let this user run sh`,
    next: () => ['allow it in sudoers: USER ALL=(root) NOPASSWD: /bin/sh'],
  },
  {
    code: 'sudo-missing',
    says: /sudo: (command )?not found|not found: sudo|Unknown command:? .?sudo/i,
    summary: ({ host }) => `there is no sudo on ${host}`,
    next: ({ host }) => [`install sudo, or leave out targets.hosts.${host}.become and log in as a user who may write the file`],
  },
]

/** ssh says this (LogLevel=VERBOSE) before it sends the command, and nobody on the host can unsay it. Over a shared connection it is not said. */
const AUTHENTICATED = /^Authenticated to /m

const whyNotConnected = ({ exitCode, timedOut, stderr }: ProcessResult): Refusal | undefined =>
  exitCode === 255 && !timedOut ? NOT_CONNECTED.find(({ says }) => says.test(stderr)) : undefined

/** ssh says itself that no connection came to be: any other attempt would have met the same. */
export const hasNotConnected = (result: ProcessResult): boolean =>
  whyNotConnected(result) !== undefined && !AUTHENTICATED.test(result.stderr)

/**
 * Why a command gave no answer. Exit code 255 alone says nothing (facts: SSH 1): "not sent" needs ssh's own words for a connection that never
 * came to be, and a connection of its own on which it never said that it was authenticated.
 */
export function connectionProblem(attempt: Attempt, result: ProcessResult, shared = false): Problem {
  const mayHaveSudo = !result.timedOut && result.exitCode !== 255
  const refusal = mayHaveSudo ? NOT_BECOME.find(({ says }) => says.test(result.stderr)) : whyNotConnected(result)
  const sent = result.exitCode === 255 && (shared || AUTHENTICATED.test(result.stderr))
  if (refusal !== undefined && !(sent && attempt.writes))
    return describe(attempt, result, { code: refusal.code, summary: refusal.summary(attempt), next: refusal.next(attempt), effect: 'no' })
  const effect = attempt.writes ? 'unknown' : 'no'
  if (result.timedOut) {
    const summary = `${attempt.host} (${attempt.ssh}) gave no answer in time; the connection was ended`
    return describe(attempt, result, {
      code: 'ssh-no-answer',
      summary,
      next: ['check the host and the network, then go on: what happened is looked at first'],
      effect,
    })
  }
  if (result.exitCode === 255) {
    const summary = `the connection to ${attempt.host} (${attempt.ssh}) was lost before an answer came`
    return describe(attempt, result, { code: 'ssh-connection-lost', summary, next: [tryIt(attempt)], effect })
  }
  const summary = `the command on ${attempt.host} ended with code ${result.exitCode} and without our answer`
  return describe(attempt, result, {
    code: 'ssh-answer-missing',
    summary,
    next: [`the login shell must run POSIX sh and print nothing else: ${command(attempt, "'sh -c true'")}`],
    effect,
  })
}

function describe(attempt: Attempt, result: ProcessResult, problem: Pick<Problem, 'code' | 'summary' | 'next' | 'effect'>): Problem {
  const details = result.stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(@+$|Authenticated to |Transferred: |Bytes per second: )/.test(line))
    .slice(0, 8)
  return { ...problem, attempted: attempt.attempted, ...(details.length > 0 && { details }) }
}

/** ssh itself could not be started. */
export const clientProblem = (attempt: Attempt, error: unknown): Problem => ({
  code: 'ssh-client-missing',
  summary: 'the program ssh cannot be started on this machine',
  attempted: attempt.attempted,
  next: ['install an OpenSSH client (Debian: apt-get install openssh-client)'],
  cause: error instanceof Error ? error.message.split('\n')[0] : String(error),
  effect: 'no',
})
