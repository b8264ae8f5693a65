import type { Value } from './value.ts'

const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
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

/** A quantity of Kubernetes as a number: `100m` is 0.1, `128Mi` is 134217728, `1e3` is 1000. Throws on anything else, so that no rule passes on it. */
export function quantity(value: Value): number {
  if (typeof value === 'number') return value
  const match = typeof value === 'string' ? /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/.exec(value) : null
  if (match === null)
    throw new Error(`${JSON.stringify(value ?? null)} is not a quantity: a number with m, k, M, G, Ki, Mi or Gi was expected`)
  return Number(`${match[1] ?? ''}${match[2] ?? ''}`) * (FACTORS[match[3] ?? ''] ?? 1)
}

/** Whether it is a quantity. */
export function isQuantity(value: Value): boolean {
  try {
    quantity(value)
    return true
  } catch {
    return false
  }
}

/** A size that a person wrote, in bytes: `300MB`, `200 MiB`, `1.5GB`, `1000000`, or a quantity of Kubernetes. Throws on anything else. */
export function sizeInBytes(value: Value): number {
  const text = typeof value === 'string' ? value.trim().replace(/\s*B$/i, '').replaceAll(' ', '') : value
  return quantity(text)
}
