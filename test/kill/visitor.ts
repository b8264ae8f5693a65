import { Agent, get } from 'node:https'
import { setTimeout as pause } from 'node:timers/promises'
import type { KeptLab } from './kept-lab.ts'

const HOST = 'www.jaynemartincounselling.co.uk'
const BODY = '<!doctype html><title>Jayne Martin Counselling</title><h1>Jayne Martin</h1>'
/** Between two requests, milliseconds: at most ten a second. */
const PAUSE_MS = 100
const PATIENCE_MS = 5_000

/** Someone who looks at the site all the time. */
export interface Visitor {
  /** The side that answers now: `nomad` or `kubernetes`. Rejects where the answer is not the site. */
  servedBy(): Promise<string>
  /** Stops looking: how many right answers it got, and all that was wrong. */
  leave(): Promise<{ readonly right: number; readonly wrong: readonly string[] }>
}

export function visit({ visitors, authority }: Pick<KeptLab, 'visitors' | 'authority'>): Visitor {
  const agent = new Agent({ keepAlive: true, maxSockets: 2 })
  const [address, port] = visitors.split(':')
  const look = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const request = get(
        { host: address, port, servername: HOST, headers: { host: HOST }, ca: authority, agent, timeout: PATIENCE_MS },
        (response) => {
          let body = ''
          response.setEncoding('utf8').on('data', (text: string) => (body += text))
          response.on('error', reject)
          response.on('end', () => {
            if (response.statusCode === 200 && body === BODY) resolve(String(response.headers['x-served-by']))
            else reject(new Error(`${response.statusCode}: ${body.slice(0, 200)}`))
          })
        },
      )
      request.on('timeout', () => request.destroy(new Error(`no answer in ${PATIENCE_MS} ms`)))
      request.on('error', reject)
    })
  let leaving = false
  let right = 0
  const wrong: string[] = []
  const looking = (async () => {
    while (!leaving) {
      await look().then(
        () => (right += 1),
        (error: unknown) => wrong.push(`${new Date().toISOString()} ${String(error)}`),
      )
      await pause(PAUSE_MS)
    }
  })()
  return {
    servedBy: look,
    leave: async () => {
      leaving = true
      await looking
      agent.destroy()
      return { right, wrong }
    },
  }
}
