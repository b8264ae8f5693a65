import type { KubernetesObject, PlanFiles, RenderingPort } from './ports/index.ts'
import type { SourcePlace } from './problem.ts'

/** An object that a step will send, before any cluster was asked, and where it comes from. */
export interface RenderedObject {
  readonly object: KubernetesObject
  /** Id of the step. */
  readonly step: string
  /** The manifest and the line where the object begins; or the chart's template, or the kustomization. */
  readonly source: SourcePlace
}

/** A chart that a step renders, for rules about charts. */
export interface RenderedChart {
  /** Folder, as the plan names it. */
  readonly chart: string
  readonly step: string
  readonly files: ReadonlyMap<string, string>
  /** Values files that the plan uses, and all others of the chart's folder that are named `values*.yaml` or lie in `values/`. */
  readonly values: readonly string[]
  /** Paths of the single values that the plan sets over them: `backend.replicaCount`, a dot of a key as `\.`. */
  readonly set?: readonly string[]
  readonly lint: readonly { readonly severity: 'error' | 'warning' | 'info'; readonly message: string }[]
}

/**
 * What a kind needs to say what it will send. `resolve` gives a template of a step's field its value; where nobody may ask for secrets
 * (`validate`, a dry run without them) it gives a stand-in that is obviously one, `placeholder-of-NAME`.
 */
export interface ObjectsContext<Spec> {
  readonly spec: Spec
  readonly step: string
  readonly namespace: string
  readonly files: PlanFiles
  readonly rendering: RenderingPort
  readonly resolve: (template: string, where: string) => Promise<string>
  /** Of the cluster that will get the objects, for charts that look at it; left out where no cluster is asked. */
  readonly kubernetesVersion?: () => Promise<string | undefined>
}
