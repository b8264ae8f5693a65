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

/** The process and all that it has started end with us, also where we end in the middle. Call what comes back once it has ended. */
export function endsWithUs(child: Started): () => void {
  // One listener for all of them, while there are any.
  if (withUs.size === 0) process.on('exit', leave)
  withUs.add(child)
  return () => {
    withUs.delete(child)
    if (withUs.size === 0) process.off('exit', leave)
  }
}
