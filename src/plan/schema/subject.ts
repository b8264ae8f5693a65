import type { PlanPath } from '../source.ts'

/** The value under `path`, or undefined. */
export function valueAt(data: unknown, path: PlanPath): unknown {
  let value = data
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    value = Object.entries(value).find(([key]) => key === String(part))?.[1]
  }
  return value
}

/** What a person calls the place: `steps[2].gates[0].timeout` is "step cut-traffic: `gates[0].timeout`". */
export function subject(data: unknown, path: PlanPath): string {
  const [first, index, ...rest] = path
  if (first === undefined) return 'the plan'
  if (first !== 'steps' || typeof index !== 'number') return `\`${dotted(path)}\``
  const step = stepName(data, index)
  return rest.length === 0 ? step : `${step}: \`${dotted(rest)}\``
}

export function stepName(data: unknown, index: number): string {
  const id = valueAt(data, ['steps', index, 'id'])
  return typeof id === 'string' && id !== '' && id.length <= 63 ? `step ${id}` : `step number ${index + 1}`
}

const dotted = (path: PlanPath): string =>
  path.map((part, position) => (typeof part === 'number' ? `[${part}]` : position === 0 ? String(part) : `.${String(part)}`)).join('')
