/** Texts by path, all below one folder: a chart, or a kustomization with its bases. Paths are the plan's own. */
export type FileTexts = ReadonlyMap<string, string>

export interface HelmChart {
  /** The chart's folder, as the plan names it; its files are the entries of `files` below it. */
  readonly chart: string
  /** Values files in order, the last one wins; entries of `files`. */
  readonly values: readonly string[]
  /** Single values over those, by dotted path, already resolved: `secrets.jwtSecret`. Text stays text (`--set-string`), numbers and booleans do not. */
  readonly set: Readonly<Record<string, string | number | boolean>>
  readonly files: FileTexts
  readonly release: string
  readonly namespace: string
  /** The cluster's version (`v1.31.2`), for charts that look at it; helm's own idea of the newest where nobody knows. */
  readonly kubernetesVersion?: string
}

/** A document as a renderer printed it. */
export interface RenderedText {
  readonly yaml: string
  /** Warnings of the tool, a line each. */
  readonly warnings: readonly string[]
}

/**
 * Turns charts and kustomizations into manifests with the user's own tools (`helm` 3.14 or later, `kubectl kustomize`). Reads only, asks no
 * cluster. Rejects with `helm-missing`, `helm-too-old`, `kubectl-missing`, `chart-not-rendered` (helm's own message, trimmed, with template and
 * line where it says them), `chart-values-refused` (by its schema), `chart-dependencies-missing`, `kustomization-not-rendered`,
 * `kustomization-remote`, `chart-too-big`; `effect: 'no'`.
 */
export interface RenderingPort {
  helmTemplate(chart: HelmChart): Promise<RenderedText>
  /** What `helm lint` has to say. */
  helmLint(chart: HelmChart): Promise<readonly { readonly severity: 'error' | 'warning' | 'info'; readonly message: string }[]>
  kustomize(folder: string, files: FileTexts): Promise<RenderedText>
}
