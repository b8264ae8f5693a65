import type { HttpExchange } from '../../domain/ports/index.ts'
import type { SideDoor, SideDoors } from '../../domain/side-doors.ts'
import { askAsVisitor } from '../../domain/visit-site.ts'
import type { Pair } from './pair.ts'
import { urlOf } from './paths.ts'
import type { CompareContext } from './spec.ts'

/** Paths asked at the same time, each of both sides: at most four requests are under way. */
const AT_ONCE = 2

/** Asks both sides for each path, the two close together so that what changes with time changes alike. In the order of `paths`. */
export function askSides(context: CompareContext, doors: SideDoors, paths: readonly string[]): Promise<readonly Pair[]> {
  return forEach(context, paths, async (path): Promise<Pair> => {
    const url = urlOf(path, context.plan)
    const [old, fresh] = await Promise.all([askThrough(context, url, doors.old), askThrough(context, url, doors.new)])
    return { path, url, old, new: fresh }
  })
}

/** Asks the old side once more: what differs from its first answer differs by nature. */
export function askOldAgain(context: CompareContext, doors: SideDoors, pairs: readonly Pair[]): Promise<readonly Pair[]> {
  return forEach(context, pairs, async (pair): Promise<Pair> => ({ ...pair, new: await askThrough(context, pair.url, doors.old) }))
}

async function forEach<Item, Result>(
  context: CompareContext,
  items: readonly Item[],
  ask: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = []
  const left = [...items.entries()]
  let done = 0
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      context.signal.throwIfAborted()
      const [index, item] = next
      results[index] = await ask(item)
      done += 1
      if (items.length > AT_ONCE) context.progress(`asked both sides for ${done} of ${items.length} paths`)
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work))
  } finally {
    // One that failed ends the others too.
    left.length = 0
  }
  return results
}

async function askThrough(context: CompareContext, url: string, door: SideDoor): Promise<HttpExchange> {
  return withoutKey(await askAsVisitor(context, url, door.headers), door)
}

/** A page that repeats the headers of a request would tell the secret, and never be the same on both sides. */
function withoutKey(exchange: HttpExchange, { headers }: SideDoor): HttpExchange {
  if (!exchange.ok) return exchange
  const hide = (text: string): string =>
    Object.values(headers).reduce((rest, secret) => (secret === '' ? rest : rest.replaceAll(secret, '(key of the door)')), text)
  const shown = Object.entries(exchange.headers).map(([name, value]) => [name, hide(value)] as const)
  return { ...exchange, headers: Object.fromEntries(shown), body: hide(exchange.body) }
}
