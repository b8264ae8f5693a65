import type { HelmChart } from '../../domain/ports/rendering.ts'

type Single = HelmChart['set'][string]
interface Nested {
  [key: string]: Single | Nested
}

/**
 * Integers and booleans, which the plan itself says, as `--set`: what helm reads from a values file is a float, and 12345678 would come out as
 * 1.2345678e+07 (seen with helm 4.2).
 */
export const onCommandLine = (set: HelmChart['set']): readonly string[] =>
  Object.entries(set).flatMap(([path, value]) => (isPlain(value) ? ['--set', `${path}=${String(value)}`] : []))

/** The others as one more values file: texts that stay text whatever is in them, and fractions. */
export function nestedValues(set: HelmChart['set']): Nested {
  const values: Nested = {}
  for (const [path, value] of Object.entries(set)) {
    if (isPlain(value)) continue
    const keys = keysOf(path)
    let at = values
    for (const key of keys.slice(0, -1)) {
      const inner = Object.hasOwn(at, key) ? at[key] : undefined
      at = typeof inner === 'object' ? inner : (at[key] = Object.create(null) as Nested)
    }
    at[keys.at(-1) ?? path] = value
  }
  return values
}

const isPlain = (value: Single): boolean => typeof value === 'boolean' || Number.isSafeInteger(value)

/** `nodeSelector.kubernetes\.io/os` is two keys. */
const keysOf = (path: string): readonly string[] => path.split(/(?<!\\)\./).map((key) => key.replaceAll('\\.', '.'))
