import type { KubernetesObject } from '../../domain/ports/index.ts'
import type { Finding } from '../../domain/step-kind.ts'
import { withPlaceholders } from '../../domain/template.ts'
import { failed } from '../finding.ts'
import { kindNotServed } from './problems.ts'
import type { DeployContext } from './record.ts'
import { renderManifests } from './rendered.ts'
import type { ResolvedObject } from './resolve.ts'
import { defines } from './scope.ts'
import { deploySpec } from './spec.ts'

/** One finding for each kind that the cluster does not serve and that neither this step nor one before it makes known. */
export async function kindsNotServed(context: DeployContext, objects: readonly ResolvedObject[]): Promise<readonly Finding[]> {
  if (context.spec.whenMissing === 'skip') return []
  const unserved = objects.filter(({ kind, kindComes }) => kind === undefined && !kindComes)
  if (unserved.length === 0) return []
  const coming = await definitionsBefore(context)
  const missing = unserved.filter(({ object }) => !coming.some((definition) => defines(definition, object)))
  const first = new Map(missing.toReversed().map((each) => [`${each.object.apiVersion} ${each.object.kind}`, each]))
  return [...first.values()].map((each) => failed(`the cluster knows the kind ${each.object.kind}`, kindNotServed(each)))
}

/** Definitions of kinds that earlier steps deploy. Nobody's secrets are needed for that. */
async function definitionsBefore({ plan, step, files, ports }: DeployContext): Promise<readonly KubernetesObject[]> {
  const before = plan.steps.slice(
    0,
    plan.steps.findIndex(({ id }) => id === step),
  )
  const specs = before.flatMap(({ kind, spec }) => {
    const parsed = kind === 'deploy-to-kubernetes' ? deploySpec.safeParse(spec) : undefined
    return parsed?.success === true ? [parsed.data] : []
  })
  const namespace = plan.targets.kubernetes?.namespace ?? 'default'
  const resolve = async (template: string): Promise<string> => withPlaceholders(template)
  const kubernetesVersion = async (): Promise<string> => (await ports.kubernetes.describe()).version
  const rendered = await Promise.all(
    specs.map((spec) => renderManifests({ spec, namespace, files, rendering: ports.rendering, resolve, kubernetesVersion })),
  )
  return rendered
    .flatMap(({ manifests }) => manifests.map(({ object }) => object))
    .filter(({ kind }) => kind === 'CustomResourceDefinition')
}
