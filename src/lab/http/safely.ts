import type { LabHandler, LabRequest, LabResponse } from '../contract.ts'

/** Asks the handler; its own exceptions become a 500 that says so, instead of a test that hangs. */
export async function answerSafely(handler: LabHandler, request: LabRequest): Promise<LabResponse | 'drop'> {
  try {
    return await handler(request)
  } catch (thrown) {
    if (request.signal.aborted) return 'drop'
    const reason = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
    return { status: 500, headers: { 'content-type': 'text/plain' }, body: `the lab's handler failed: ${reason}\n` }
  }
}
