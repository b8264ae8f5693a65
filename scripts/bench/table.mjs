/** Prints the rows of all measurements as one table, then their notes. A row without `limit` is for comparison. */
export function printTable(results) {
  const rows = results.flatMap((each) => each.rows)
  const lines = [['what', 'measured', 'limit', ''], ...rows.map(cells)]
  const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column].length)))
  for (const [what, measured, limit, verdict] of lines) {
    console.log([what.padEnd(widths[0]), measured.padStart(widths[1]), limit.padStart(widths[2]), verdict].join('  ').trimEnd())
  }
  const notes = results.flatMap((each) => each.notes ?? [])
  if (notes.length > 0) console.log(`\n${notes.join('\n')}`)
}

function cells({ what, measured, limit, unit }) {
  if (measured === undefined) return [what, 'not measured', '', '']
  const verdict = limit === undefined ? '' : measured <= limit ? 'ok' : 'over'
  return [what, show(measured, unit), limit === undefined ? '' : show(limit, unit), verdict]
}

function show(value, unit) {
  if (unit === 'ms') return value >= 1_000 ? `${(value / 1_000).toFixed(2)} s` : `${value.toFixed(value < 10 ? 1 : 0)} ms`
  if (unit === 'bytes') return `${(value / 1e6).toFixed(0)} MB`
  return `${value.toFixed(2)}×`
}
