import type { Round } from './round.ts'

/** Rounds at the same time: each mostly waits. */
const AT_ONCE = 4

/** Plays all rounds, a few at a time; each is named, so that a wrong one can be played again. */
export async function playAll(rounds: readonly (readonly [name: string, play: () => Promise<Round>])[]): Promise<Played> {
  const queue = [...rounds]
  const wrong: string[] = []
  const how = new Map<string, number>()
  let visits = 0
  const player = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [name, play] = next
      const round = await play().catch((error: unknown) => ({ how: 'broke off', wrong: [String(error)], visits: 0 }))
      how.set(round.how, (how.get(round.how) ?? 0) + 1)
      visits += round.visits
      process.stdout.write(`${[`${name}: ${round.how}`, ...round.wrong].join('\n  ')}\n`)
      if (round.wrong.length > 0) wrong.push(`${name}: ${round.wrong.join('\n  ')}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, player))
  const counted = [...how].sort(([a], [b]) => a.localeCompare(b)).map(([each, times]) => `${times} ${each}`)
  return { wrong, story: `${rounds.length} rounds, ${visits} visits: ${counted.join('; ')}` }
}

export interface Played {
  /** One entry for each round that did not end right. */
  readonly wrong: readonly string[]
  /** How many ended how. */
  readonly story: string
}
