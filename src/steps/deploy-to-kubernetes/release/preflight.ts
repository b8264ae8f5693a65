import type { AccessQuestion } from '../../../domain/ports/index.ts'
import type { Finding } from '../../../domain/step-kind.ts'
import { missingRight, preflightDeploy } from '../preflight.ts'
import type { DeployContext } from '../record.ts'
import { namespaceOf } from './preview.ts'
import { helmOf } from './problems.ts'

/** Each revision of a release is a Secret in its namespace. */
const KEEPING: readonly AccessQuestion['verb'][] = ['get', 'list', 'create', 'update', 'delete']

/** What the objects need, and what helm needs to keep the release. */
export async function preflightRelease(context: DeployContext): Promise<readonly Finding[]> {
  helmOf(context)
  const namespace = namespaceOf(context)
  const [objects, rights] = await Promise.all([
    preflightDeploy(context),
    context.ports.kubernetes.access(KEEPING.map((verb) => ({ verb, group: '', resource: 'secrets', namespace }))),
  ])
  return [...objects, ...rights.filter((each) => !each.allowed).map(missingRight)]
}
