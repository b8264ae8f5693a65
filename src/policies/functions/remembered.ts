/** The same arguments (the same objects, not equal ones) give the same result: rules ask for a plan's topology a hundred times. */
export function remembered<First extends object, Second extends object, Result>(
  compute: (first: First, second: Second) => Result,
): (first: First, second: Second) => Result {
  const known = new WeakMap<First, WeakMap<Second, { readonly result: Result }>>()
  return (first, second) => {
    const inner = known.get(first) ?? new WeakMap<Second, { readonly result: Result }>()
    known.set(first, inner)
    const found = inner.get(second) ?? { result: compute(first, second) }
    inner.set(second, found)
    return found.result
  }
}

/** Computed when it is first asked for. */
export function once<Result>(compute: () => Result): () => Result {
  let known: { readonly result: Result } | undefined
  return () => (known ??= { result: compute() }).result
}
