import { chartFiles, chartYaml } from './charts/chart.ts'
import { templateLiterals } from './charts/hard-coded.ts'
import { documentedValues, overridingValues, setValues, valuesInFiles } from './charts/values.ts'
import type { Register } from './register.ts'

/** Functions about a chart's files. */
export function registerChartFunctions(register: Register): void {
  register('chartYaml(dyn): dyn', '`Chart.yaml` of a chart as a map', (chart = null) => chartYaml(chart))
  register('chartFiles(dyn): dyn', 'The files of a chart by their paths inside it, dependencies left out', (chart = null) =>
    Object.fromEntries(chartFiles(chart)),
  )
  register('documentedValues(dyn): list<dyn>', 'Values of `values.yaml`: value (its name), documented', (chart = null) =>
    documentedValues(chart),
  )
  register(
    'overridingValues(dyn): list<dyn>',
    'Values of the other values files: value (its name), known (to `values.yaml`)',
    (chart = null) => overridingValues(chart),
  )
  register('setValues(dyn): list<dyn>', 'Single values that the plan sets: value (its path), known (to `values.yaml`)', (chart = null) =>
    setValues(chart),
  )
  register('valuesInFiles(dyn): list<dyn>', 'Values of the chart and its values files: value (its name), secret', (chart = null) =>
    valuesInFiles(chart),
  )
  register(
    'templateLiterals(dyn): list<dyn>',
    'Lines of templates that ask no value: key, value (the name of the one it repeats, or none)',
    (chart = null) => templateLiterals(chart),
  )
}
