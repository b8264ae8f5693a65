import { createContext, Script } from 'node:vm'

const SCRIPT = new Script('work()')
const PLACE: { work: () => void } = { work: () => undefined }
const CONTEXT = createContext(PLACE)

/**
 * Runs `work`, for at most so many milliseconds: false where it was cut off. V8 ends it wherever it is, in a regular expression too, so that nothing it was
 * doing can be relied on. Each call costs about 0.2 ms, for the thread that watches.
 */
export function underWatchdog(work: () => void, milliseconds: number): boolean {
  PLACE.work = work
  try {
    SCRIPT.runInContext(CONTEXT, { timeout: Math.max(1, Math.ceil(milliseconds)) })
    return true
  } catch (error) {
    if (isTimeout(error)) return false
    throw error
  } finally {
    PLACE.work = () => undefined
  }
}

/** The error is made in the context of the script: it is no `Error` of ours. */
const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
