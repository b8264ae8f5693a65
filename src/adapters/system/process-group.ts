interface Started {
  readonly pid?: number | undefined
}

/**
 * Signals a process that was started with a group of its own (`detached`), and all that it has started. Such a group is not the terminal's: a
 * Ctrl-C reaches us alone, who finish what is under way, and not what we are waiting for.
 */
export function signalGroup({ pid }: Started, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // All of it is gone.
  }
}

const endings = new Set<() => void>()
/** The latest first: what works in a folder ends before the folder goes. */
const leave = (): void => {
  for (const end of [...endings].toReversed()) end()
}

/** Where nobody else listens, the signal ends us, and does so without `exit`: they are told first. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const leaveWith = (signal: NodeJS.Signals): void => {
  if (process.listenerCount(signal) > 1) return
  leave()
  for (const each of ENDING) process.off(each, leaveWith)
  process.kill(process.pid, signal)
}

function listen(): void {
  process.on('exit', leave)
  for (const signal of ENDING) process.on(signal, leaveWith)
}

function listenNoMore(): void {
  process.off('exit', leave)
  for (const signal of ENDING) process.off(signal, leaveWith)
}

/** Done where we end in the middle, by `exit` or by a signal; must not reject, nor wait long. Call what comes back once there is no need of it. */
export function whenWeEnd(end: () => void): () => void {
  // One set of listeners for all of them, while there are any.
  if (endings.size === 0) listen()
  endings.add(end)
  return () => {
    if (endings.delete(end) && endings.size === 0) listenNoMore()
  }
}

/** The process and all that it has started end with us, also where we end in the middle. Call what comes back once it has ended. */
export const endsWithUs = (child: Started): (() => void) => whenWeEnd(() => signalGroup(child, 'SIGTERM'))
