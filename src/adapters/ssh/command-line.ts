/** One word for a POSIX shell (fish and zsh read it alike), whatever is in it. */
export const quote = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

export interface RemoteCommand {
  readonly script: string
  /** What the script is asked to do and the tag of its answer: `$1` and `$2`. */
  readonly operation: string
  readonly nonce: string
  readonly args: readonly string[]
  readonly become: 'sudo' | undefined
}

/** The command line for the remote shell: ssh joins its arguments with spaces, so each word is quoted here (facts: SSH 4). */
export const remoteCommandLine = ({ script, operation, nonce, args, become }: RemoteCommand): string =>
  [...(become === 'sudo' ? ['sudo', '-n', '--'] : []), 'sh', '-c', script, 'jmc-migrate', operation, nonce, ...args].map(quote).join(' ')

export interface Destination {
  /** Alias or address, as ssh_config knows it. */
  readonly ssh: string
  readonly sshConfig: string | undefined
}

export const CONNECT_TIMEOUT_SECONDS = 10

/**
 * Options of every connection. The user's ssh_config decides who and where; what it says of terminals, forwards and commands is for people and is switched
 * off. Host keys are checked strictly whatever it says, and a lost network is noticed within 15 s.
 */
const OPTIONS = [
  'BatchMode=yes',
  'StrictHostKeyChecking=yes',
  'UpdateHostKeys=no',
  `ConnectTimeout=${CONNECT_TIMEOUT_SECONDS}`,
  'ConnectionAttempts=1',
  'ServerAliveInterval=5',
  'ServerAliveCountMax=3',
  'RequestTTY=no',
  'RemoteCommand=none',
  'PermitLocalCommand=no',
  'ForwardAgent=no',
  'ForwardX11=no',
  'LogLevel=VERBOSE',
  'ControlPersist=no',
] as const

const set = (...options: string[]): string[] => options.flatMap((option) => ['-o', option])

const config = ({ sshConfig }: Destination): string[] => (sshConfig === undefined ? [] : ['-F', sshConfig])

/** As a value of ssh_config: quoted for its spaces, and without `%` tokens. */
const controlPath = (path: string): string => `ControlPath="${path.replaceAll('%', '%%')}"`

/** One command; over the shared connection at `shared` where there is one. */
export function commandArguments(to: Destination, command: string, shared?: string): string[] {
  const path = shared === undefined ? 'ControlPath=none' : controlPath(shared)
  return [...config(to), '-T', ...set(...OPTIONS, 'ClearAllForwardings=yes', 'ControlMaster=no', path), '--', to.ssh, command]
}

/** A socket of ours is for nobody else. */
const SOCKETS = ['StreamLocalBindUnlink=yes', 'StreamLocalBindMask=0177'] as const

/** The connection that others share through the socket at `path`. */
export const masterArguments = (to: Destination, path: string, command: string): string[] => [
  ...config(to),
  '-T',
  ...set(...OPTIONS, ...SOCKETS, 'ClearAllForwardings=yes', 'ControlMaster=yes', controlPath(path)),
  '--',
  to.ssh,
  command,
]

/** No file is read for what only a process of this machine is asked: forwards of an ssh_config would be asked for as well. Nothing is connected to. */
const LOCAL = ['-F', 'none'] as const
const NOWHERE = ['--', 'shared'] as const

/** Asks the shared connection's own process whether it still works. */
export const controlArguments = (path: string, request: 'check'): string[] => [
  ...LOCAL,
  ...set(controlPath(path)),
  '-O',
  request,
  ...NOWHERE,
]

export interface Address {
  readonly host: string
  readonly port: number
}

/** `-L` of a unix socket at `path` whose connections come out on the host, towards `address`. */
const localForward = (path: string, { host, port }: Address): string[] => [
  '-L',
  `${path}:${host.includes(':') ? `[${host}]` : host}:${port}`,
]

/** Opens a tunnel on the shared connection at `shared`, or takes it away. */
export const forwardArguments = (shared: string, request: 'forward' | 'cancel', path: string, address: Address): string[] => [
  ...LOCAL,
  ...set(controlPath(shared)),
  '-O',
  request,
  ...localForward(path, address),
  ...NOWHERE,
]

/** A tunnel with a connection of its own. */
export function tunnelArguments(to: Destination, path: string, address: Address, command: string): string[] {
  const options = set(...OPTIONS, ...SOCKETS, 'ControlMaster=no', 'ControlPath=none')
  return [...config(to), '-T', ...options, ...localForward(path, address), '--', to.ssh, command]
}
