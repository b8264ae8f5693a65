import { setTimeout as pause } from 'node:timers/promises'
import type { Agent } from 'undici'
import { WebSocket } from 'undici'
import { reasonOf, round } from './ask.ts'
import { PATIENCE_MS } from './edge.ts'
import { sideOf } from './judge.ts'
import type { Recorded, Sample, Side } from './sample.ts'

const BETWEEN_ECHOES_MS = 100
const BETWEEN_OPENINGS_MS = 200

/**
 * One visitor with a WebSocket who says something all the time and hears it again, until `leaving` is aborted.
 *
 * A switch leaves open sockets where they are (facts: Traefik 18), so this one ends when its server is stopped. No proxy can save it: that is
 * recorded as `socket-lost` and is no failure, neither is the echo that was awaited then. But a visitor's browser opens it again at once, and
 * that must work: each opening that does not is a failed sample, and so is a socket that stays open and says nothing.
 */
export async function keepSocket(url: string, agent: Agent, leaving: AbortSignal, record: (each: Recorded) => void): Promise<void> {
  while (!leaving.aborted) {
    const at = Date.now()
    const began = performance.now()
    const sample = (rest: Pick<Sample, 'asked' | 'connection' | 'verdict'> & Partial<Sample>): Sample => ({
      type: 'sample',
      at,
      ms: round(performance.now() - began),
      status: 0,
      ...rest,
    })
    const conversation = converse(url, agent)
    const side = await conversation.side().catch((error: unknown) => {
      record(sample({ asked: 'socket-open', connection: 'new', verdict: 'failed', why: reasonOf(error) }))
    })
    if (side !== undefined) {
      record(sample({ asked: 'socket-open', connection: 'new', status: 101, verdict: 'right', side }))
      await talk(conversation, side, leaving, record)
    }
    conversation.close()
    if (side === undefined) await pause(BETWEEN_OPENINGS_MS)
  }
}

async function talk(conversation: Conversation, side: Side, leaving: AbortSignal, record: (each: Recorded) => void): Promise<void> {
  for (let number = 1; !leaving.aborted; number++) {
    const at = Date.now()
    const began = performance.now()
    const heard = await conversation.echo(`word ${number}`)
    if (heard === 'ended') return record({ type: 'socket-lost', at: Date.now(), side })
    const verdict = heard === 'silence' ? 'failed' : heard === `word ${number}` ? 'right' : 'wrong'
    const why = verdict === 'right' ? {} : { why: `heard ${heard}` }
    const ms = round(performance.now() - began)
    record({ type: 'sample', at, ms, asked: 'socket-echo', connection: 'kept', status: 101, verdict, side, ...why })
    if (verdict !== 'right') return
    await pause(BETWEEN_ECHOES_MS)
  }
}

interface Conversation {
  /** Who is at the other end: what it says first. Rejects where the socket does not open, or says something else. */
  side(): Promise<Side>
  /** Says something; what is heard next. */
  echo(word: string): Promise<string>
  close(): void
}

/** The next thing that happens on a socket: a message, `ended`, or `silence` for too long. */
function converse(url: string, agent: Agent): Conversation {
  const socket = new WebSocket(url, { dispatcher: agent })
  const heard: string[] = []
  let hear: ((word: string) => void) | undefined
  let over = false
  const tell = (word: string): void => {
    if (word === 'ended') over = true
    if (hear === undefined) heard.push(word)
    else hear(word)
  }
  socket.addEventListener('message', ({ data }) => tell(String(data)))
  socket.addEventListener('close', () => tell('ended'))
  // A close follows each error.
  socket.addEventListener('error', () => {})
  const next = async (): Promise<string> => {
    const earlier = heard.shift()
    if (earlier !== undefined || over) return earlier ?? 'ended'
    const patience = new AbortController()
    const waited = pause(PATIENCE_MS, 'silence', { signal: patience.signal }).catch(() => 'silence')
    const word = await Promise.race([new Promise<string>((resolve) => (hear = resolve)), waited])
    hear = undefined
    patience.abort()
    return word
  }
  return {
    side: async () => {
      const word = await next()
      const side = sideOf(word)
      if (side === undefined) throw new Error(`instead of a side it said: ${word}`)
      return side
    },
    echo: (word) => {
      if (over) return Promise.resolve('ended')
      socket.send(word)
      return next()
    },
    close: () => socket.close(),
  }
}
