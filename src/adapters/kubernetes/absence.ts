import type { KubernetesKind } from '../../domain/ports/kubernetes.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { JsonResponse } from '../http/json-client.ts'
import type { Discovery } from './discovery.ts'
import { asString, objectAt } from './json-reading.ts'
import { readStatus } from './status.ts'

/** Whether an answer is the API server's own word that something is not there. A proxy's or a login page's 404 says nothing about a cluster. */
export const saysNotFound = (answer: JsonResponse): boolean =>
  answer.status === 404 && asString(objectAt(answer.body)?.['kind']) === 'Status' && readStatus(answer).reason === 'NotFound'

/**
 * Whether a 404 to a request about objects of a kind proves that there are none by this name: either the server names what it does not
 * have, or, asked anew, no longer serves the kind (its definition was deleted meanwhile). Rejects where it proves neither.
 */
export async function provesAbsence(discovery: Discovery, kind: KubernetesKind, answer: JsonResponse, attempted: string): Promise<boolean> {
  if (answer.status !== 404) return false
  if (saysNotFound(answer) && readStatus(answer).name !== undefined) return true
  if (await discovery.serves(kind)) throw new ProblemError(unexpectedAnswer(answer, attempted))
  return true
}

/** An answer that a Kubernetes API does not give: its effect, where the request was a write, is not known. */
export const unexpectedAnswer = (answer: JsonResponse, attempted: string): ConstructorParameters<typeof ProblemError>[0] => ({
  code: 'kubernetes-unexpected-answer',
  summary: `the server answered ${answer.status} with something that a Kubernetes API does not say: ${JSON.stringify(answer.text.trim().slice(0, 120))}`,
  attempted,
  next: [
    'check that the server URL in the kubeconfig leads to a Kubernetes API (a proxy or a login page between?): `kubectl api-resources`',
  ],
  effect: 'unknown',
})
