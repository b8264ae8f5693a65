import type { EngineDependencies } from '../../engine/contract.ts'
import type { OnTheWay } from './on-the-way.ts'
import type { Opened } from './opened.ts'
import { renderSteps } from './rendered-steps.ts'

type Rendered = Pick<Opened, 'plan' | 'files'> & { readonly dependencies: Pick<EngineDependencies, 'kinds' | 'ports' | 'resolve'> }

/**
 * Charts and kustomizations of the steps to do are given to helm and kubectl at once: they work while we still read rules and open the journal. The
 * rendering keeps what they answer for those who ask next; what went wrong is asked again by who needs it, and told there. Never rejects.
 */
export async function beginRendering({ plan, files, dependencies }: Rendered, { toDo }: Pick<OnTheWay, 'toDo'>): Promise<void> {
  const { kinds, ports, resolve } = dependencies
  const steps = plan.steps.filter(({ id, spec }) => toDo.has(id) && isRendered(spec))
  if (steps.length === 0 || ports.rendering === undefined || resolve === undefined) return
  const { rendering } = ports
  const described = (async () => ports.kubernetes.describe())()
  const rendered = renderSteps({ ...plan, steps }, kinds, {
    files,
    rendering,
    resolve: (template, where) => resolve(template, where),
    kubernetesVersion: async () => (await described).version,
  })
  await Promise.allSettled([described, rendered])
}

/** By programs of their own, which take their time. What asks a command for a value waits until it is wanted: the command may ask a person. */
const isRendered = (spec: unknown): boolean =>
  typeof spec === 'object' && spec !== null && ('helm' in spec || 'kustomize' in spec) && !JSON.stringify(spec).includes('${command:')
