/** A time limit and a caller's signal as one signal. `clear` must be called, or the timer holds the process. */
export interface Deadline {
  readonly milliseconds: number
  readonly signal: AbortSignal
  /** True when the limit ended it, not the caller. */
  readonly expired: () => boolean
  /** The work's result, or a rejection as soon as the signal aborts: undici does not look at it while it connects. */
  readonly bound: <Result>(work: Promise<Result>) => Promise<Result>
  readonly clear: () => void
}

/** Starts a limit of real time. (`AbortSignal.any` with `AbortSignal.timeout` may be garbage-collected early on Node 20.) */
export function deadline(milliseconds: number, caller?: AbortSignal): Deadline {
  const controller = new AbortController()
  const { signal } = controller
  let expired = false
  const timer = setTimeout(() => {
    expired = true
    controller.abort(new DOMException(`not done within ${milliseconds} ms`, 'TimeoutError'))
  }, milliseconds)
  const passOn = (): void => controller.abort(caller?.reason)
  if (caller?.aborted === true) passOn()
  else caller?.addEventListener('abort', passOn, { once: true })
  return {
    milliseconds,
    signal,
    expired: () => expired,
    bound: (work) =>
      new Promise((resolve, reject) => {
        // An abort reason is handed on as it is, whatever it is.
        const onAbort = (): void => reject(signal.reason as Error)
        if (signal.aborted) onAbort()
        else signal.addEventListener('abort', onAbort, { once: true })
        work.then(resolve, reject)
      }),
    clear: () => {
      clearTimeout(timer)
      caller?.removeEventListener('abort', passOn)
    },
  }
}
