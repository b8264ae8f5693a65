/** Traefik would not take this file: it goes on with the configuration that it has. */
export class FileRejected extends Error {}

type Fields = Readonly<Record<string, unknown>>

/**
 * The fields of a mapping, names in lower case, as Traefik compares them. Rejects a field that `known` does not list, and `{}` where it has no meaning
 * (facts: Traefik 7, 9); nothing at all counts as absent.
 */
export function section(value: unknown, path: string, known?: readonly string[], empty?: 'may be empty'): Fields {
  if (value === undefined || value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value)) throw new FileRejected(`${path}: a mapping was expected`)
  const entries = Object.entries(value).map(([name, member]) => [name.toLowerCase(), member] as const)
  if (entries.length === 0 && empty === undefined && path !== '') throw new FileRejected(`${path} cannot be a standalone element`)
  const unknown = Object.keys(value).find((name) => known !== undefined && !known.includes(name.toLowerCase()))
  if (unknown !== undefined) throw new FileRejected(`field not found, node: ${unknown}`)
  return Object.fromEntries(entries)
}

/** A mapping of names that people chose; those keep their case. */
export function named<Item>(value: unknown, path: string, read: (value: unknown, path: string) => Item): ReadonlyMap<string, Item> {
  section(value, path)
  return new Map(Object.entries(value ?? {}).map(([name, member]) => [name, read(member, `${path}.${name}`)]))
}

export function text(value: unknown, path: string): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'object') throw new FileRejected(`${path}: text was expected`)
  return String(value as string | number | boolean)
}

/** A list, or text with commas. */
export function list(value: unknown, path: string): readonly string[] {
  if (!Array.isArray(value)) return text(value, path)?.split(',') ?? []
  return value.map((item) => text(item, path) ?? '')
}

export function number(value: unknown, path: string): number | undefined {
  const written = text(value, path)
  if (written === undefined) return undefined
  if (!/^-?\d+$/.test(written)) throw new FileRejected(`${path}: strconv.ParseInt: parsing "${written}": invalid syntax`)
  return Number(written)
}

export function flag(value: unknown, path: string): boolean | undefined {
  const written = text(value, path)
  if (written === undefined) return undefined
  if (written !== 'true' && written !== 'false') throw new FileRejected(`${path}: strconv.ParseBool: parsing "${written}": invalid syntax`)
  return written === 'true'
}
