import { setTimeout as pause } from 'node:timers/promises'
import { BARE_DOMAIN, SITE } from '../world/addresses.ts'
import { sideOf } from '../visitors/judge.ts'
import type { Side } from '../visitors/sample.ts'
import type { Client } from '../world/client.ts'
import type { World } from '../world/world.ts'
import { withTags } from './plans.ts'

const BETWEEN_MS = 50
const LAST = 10
const PRIORITY = 5_000

/** Two more routers to the job: a part of the site, and the bare domain, whose redirect would end with the job. */
export const SECOND_ROUTERS = ['jmc-bare', 'jmc-seen'] as const

/** Gives the job tags for them; resolves when the edge has them. */
export const withSecondRouters = (world: World): Promise<void> =>
  withTags(
    world,
    [
      ...tags('jmc-bare', `Host(\`${BARE_DOMAIN}\`)`),
      'traefik.http.routers.jmc-bare.middlewares=jmc-to-www@file',
      ...tags('jmc-seen', `Host(\`${SITE}\`) && PathPrefix(\`/seen\`)`),
    ],
    { 'jmc-bare': PRIORITY, 'jmc-seen': PRIORITY },
  )

const tags = (router: string, rule: string): readonly string[] => [
  `traefik.http.routers.${router}.rule=${rule}`,
  `traefik.http.routers.${router}.entrypoints=websecure`,
  `traefik.http.routers.${router}.priority=${PRIORITY}`,
]

export interface Visited {
  readonly asked: number
  /** Each answer that was not right. */
  readonly wrong: readonly string[]
}

/** Asks for both as visitors do, again and again, while something is done; `lastSides`: who gave the last ten answers for the part of the site. */
export async function visitedDuring({ visitor }: World, act: (lastSides: () => readonly Side[]) => Promise<void>): Promise<Visited> {
  const wrong: string[] = []
  const sides: Side[] = []
  let asked = 0
  let over = false
  const visiting = (async () => {
    for (; !over; asked++) {
      const [bare, seen] = await Promise.all([whereTo(visitor).catch(String), whoAnswers(visitor).catch(String)])
      if (bare !== `301 https://${SITE}/`) wrong.push(`${BARE_DOMAIN}: ${bare}`)
      const side = sideOf(seen)
      if (side === undefined) wrong.push(`/seen: ${seen}`)
      else sides.push(side)
      await pause(BETWEEN_MS)
    }
  })()
  try {
    await act(() => sides.slice(-LAST))
  } finally {
    over = true
    await visiting
  }
  return { asked, wrong }
}

async function whereTo(visitor: Client): Promise<string> {
  const { status, headers } = await visitor.ask(`https://${BARE_DOMAIN}/`)
  return `${status} ${String(headers['location'])}`
}

async function whoAnswers(visitor: Client): Promise<string> {
  const { status, body } = await visitor.ask(`https://${SITE}/seen`)
  return status === 200 ? (JSON.parse(body) as { readonly text: string }).text : `${status} ${body}`
}
