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

const withUs = new Set<Started>()
const leave = (): void => {
  for (const child of withUs) signalGroup(child, 'SIGTERM')
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

/** The process and all that it has started end with us, also where we end in the middle. Call what comes back once it has ended. */
export function endsWithUs(child: Started): () => void {
  // One set of listeners for all of them, while there are any.
  if (withUs.size === 0) listen()
  withUs.add(child)
  return () => {
    if (withUs.delete(child) && withUs.size === 0) listenNoMore()
  }
}
