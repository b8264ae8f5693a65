interface Running {
  kill(signal: NodeJS.Signals): unknown
  readonly stdout: { destroy(): unknown }
  readonly stderr: { destroy(): unknown }
}

/** Kills a program that has not ended after `timeoutMs`. Call what comes back once it has: whether it was killed. */
export function endInTime(running: Running, timeoutMs: number): () => boolean {
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    running.kill('SIGKILL')
    // What it started may live on and hold the pipes open: they are not waited for.
    running.stdout.destroy()
    running.stderr.destroy()
  }, timeoutMs)
  return () => {
    clearTimeout(timer)
    return timedOut
  }
}
