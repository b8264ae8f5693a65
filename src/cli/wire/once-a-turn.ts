/**
 * What several ask in one turn of the event loop is asked once, after all of them have asked: checks of one look that rest on the same list, or on the same
 * file, share it. No answer is older than anybody's question, so none is carried over an effect of ours, or from one look into the next.
 */
export function onceATurn<Value>(ask: (what: string) => Promise<Value>): (what: string) => Promise<Value> {
  const gathering = new Map<string, Promise<Value>>()
  return (what) => {
    const known = gathering.get(what)
    if (known !== undefined) return known
    const answer = endOfTurn().then(() => {
      gathering.delete(what)
      return ask(what)
    })
    gathering.set(what, answer)
    return answer
  }
}

/** After all that can go on without waiting has gone on. */
const endOfTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))
