/** Factors of the suffixes that Kubernetes knows (apimachinery, resource.Quantity). */
const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

/** A quantity of Kubernetes as a number: `100m` is 0.1, `128Mi` is 134217728. Undefined where it is none. */
export function parseQuantity(text: string | number): number | undefined {
  if (typeof text === 'number') return Number.isFinite(text) ? text : undefined
  const [, number, exponent, suffix = ''] =
    /^([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))(?:([eE][+-]?[0-9]+)|([A-Za-z]{0,2}))$/.exec(text) ?? []
  if (number === undefined) return undefined
  if (exponent !== undefined) return Number(number + exponent)
  const factor = FACTORS[suffix]
  return factor === undefined ? undefined : Number(number) * factor
}
