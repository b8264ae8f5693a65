/** One line of Prometheus' text format. */
export interface MetricSample {
  readonly name: string
  readonly labels: ReadonlyMap<string, string>
  readonly value: number
}

const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)[ \t]*(?:\{(.*)\})?[ \t]+(\S+)(?:[ \t]+-?\d+)?[ \t]*$/
/** A name, and a value in which `\\`, `\"` and `\n` are escaped; a comma may stand after the last. */
const LABEL = /[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"[ \t]*(?:,|$)/y
const ESCAPED: Readonly<Record<string, string>> = { '\\\\': '\\', '\\"': '"', '\\n': '\n' }
const SPECIAL: Readonly<Record<string, number>> = { '+Inf': Infinity, '-Inf': -Infinity, NaN: Number.NaN }

/**
 * The samples of these names in Prometheus' text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats); comments and other
 * names are passed over. Undefined where a line of these names is not of that format: then none of it can be relied on.
 */
export function samplesOf(text: string, names: readonly string[]): readonly MetricSample[] | undefined {
  const samples: MetricSample[] = []
  for (const line of text.split('\n')) {
    if (!names.some((name) => line.startsWith(name))) continue
    const sample = sampleOf(line)
    if (sample === undefined) return undefined
    if (names.includes(sample.name)) samples.push(sample)
  }
  return samples
}

function sampleOf(line: string): MetricSample | undefined {
  const [, name, inBraces = '', written = ''] = LINE.exec(line) ?? []
  const labels = labelsOf(inBraces)
  const value = SPECIAL[written] ?? Number(written)
  if (name === undefined || labels === undefined || (Number.isNaN(value) && written !== 'NaN')) return undefined
  return { name, labels, value }
}

function labelsOf(text: string): ReadonlyMap<string, string> | undefined {
  const labels = new Map<string, string>()
  LABEL.lastIndex = 0
  let end = 0
  while (end < text.trimEnd().length) {
    const [whole, name, value] = LABEL.exec(text) ?? []
    if (whole === undefined || name === undefined || value === undefined) return undefined
    labels.set(
      name,
      value.replaceAll(/\\[\\"n]/g, (escaped) => ESCAPED[escaped] ?? escaped),
    )
    end = LABEL.lastIndex
  }
  return labels
}
