import type { HelmChart } from '../../../src/domain/ports/rendering.ts'

/** A small chart's files, by path; what a test wants otherwise replaces or adds. */
export const chartFiles = (others: Readonly<Record<string, string>> = {}): ReadonlyMap<string, string> =>
  new Map(
    Object.entries({
      '../charts/shop/Chart.yaml': 'apiVersion: v2\nname: web-shop\nversion: 1.2.3\n',
      '../charts/shop/values.yaml': 'replicas: 1\ngreeting: hello\nlimit: 0\nsecrets:\n  token: ""\n',
      '../charts/shop/templates/config.yaml': CONFIG,
      ...others,
    }).map(([path, text]) => [path, text] as const),
  )

const CONFIG = `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
data:
  greeting: {{ .Values.greeting | quote }}
  replicas: "{{ .Values.replicas }}"
  limit: "{{ .Values.limit }}"
  token: {{ .Values.secrets.token | quote }}
`

export const chartOf = (chart: Partial<HelmChart> = {}): HelmChart => ({
  chart: '../charts/shop',
  values: [],
  set: {},
  files: chartFiles(),
  release: 'shop',
  namespace: 'market',
  ...chart,
})
