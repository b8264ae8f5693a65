export type Side = 'nomad' | 'kubernetes'

/**
 * What a visitor did: `get` and `post` are answered at once; `slow` is a GET that its server takes a while to answer, so that some are always
 * under way; `socket-open` and `socket-echo` are the WebSocket's.
 */
export type Asked = 'get' | 'post' | 'slow' | 'socket-open' | 'socket-echo'

/** `failed`: no whole answer in time, or a status that is not the site's. `wrong`: answered, but with what neither side says. */
export type Verdict = 'right' | 'wrong' | 'failed'

/** One answer, or its absence. A recording holds one a line, as JSON. */
export interface Sample {
  readonly type: 'sample'
  /** When it was sent, milliseconds since the epoch. */
  readonly at: number
  /** Until the whole answer was there, or until it was given up; milliseconds. */
  readonly ms: number
  readonly asked: Asked
  readonly connection: 'kept' | 'new'
  /** HTTP status; 0 where there was none. */
  readonly status: number
  readonly verdict: Verdict
  /** Who answered, where the answer says so. */
  readonly side?: Side
  /** What was not right. */
  readonly why?: string
}

/** A WebSocket ended without the visitor's doing: what happens to it when its server is stopped. */
export interface SocketLost {
  readonly type: 'socket-lost'
  readonly at: number
  readonly side: Side
}

export type Recorded = Sample | SocketLost

export const readRecording = (text: string): readonly Recorded[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Recorded)

export const samplesOf = (recorded: readonly Recorded[]): readonly Sample[] => recorded.filter((each) => each.type === 'sample')
