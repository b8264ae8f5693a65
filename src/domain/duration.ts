/** Durations in plans are written as Go and Kubernetes write them: `500ms`, `5s`, `1m30s`, `24h`. In code: milliseconds. */
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
export const DURATION_PATTERN = '^([0-9]+(\\.[0-9]+)?(ms|s|m|h|d))+$'

/** Milliseconds of `1m30s`; undefined when the text is no duration. */
export function parseDuration(text: string): number | undefined {
  if (!new RegExp(DURATION_PATTERN).test(text)) return undefined
  let total = 0
  for (const [, amount, unit] of text.matchAll(/([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)/g)) total += Number(amount) * (UNITS[unit ?? ''] ?? 0)
  return Math.round(total)
}

/** `90500` → `1m30.5s`, `250` → `250ms`, `0` → `0s`. Two units at most: a person reads it. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1_000) return milliseconds <= 0 ? '0s' : `${Math.round(milliseconds)}ms`
  const seconds = Math.round(milliseconds / 100) / 10
  if (seconds < 60) return `${trim(seconds)}s`
  const whole = Math.round(seconds)
  if (whole < 3_600) return join(Math.floor(whole / 60), 'm', whole % 60, 's')
  const minutes = Math.round(whole / 60)
  if (minutes < 1_440) return join(Math.floor(minutes / 60), 'h', minutes % 60, 'm')
  const hours = Math.round(minutes / 60)
  return join(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

const trim = (value: number): string => value.toFixed(1).replace(/\.0$/, '')
const join = (major: number, majorUnit: string, minor: number, minorUnit: string): string =>
  minor === 0 ? `${major}${majorUnit}` : `${major}${majorUnit}${minor}${minorUnit}`
