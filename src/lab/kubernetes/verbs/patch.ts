import type { LabRequest, LabResponse } from '../../contract.ts'
import { badRequest, notImplemented, unsupportedMediaType } from '../answers.ts'
import { isObject } from '../json.ts'
import type { KubernetesWorld } from '../world.ts'
import { applyObject } from './apply.ts'
import { mergeObject } from './merge.ts'
import type { Target } from './target.ts'
import { parseBody } from './target.ts'

/** PATCH in the two forms that are known here. */
export function patchObject(world: KubernetesWorld, target: Target, request: LabRequest): LabResponse {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim()
  const body = parseBody(request.body)
  if (type === 'application/apply-patch+yaml') {
    return isObject(body) ? applyObject(world, target, request.query, body) : badRequest('error decoding YAML: the lab reads JSON only')
  }
  if (type === 'application/merge-patch+json') {
    return isObject(body) ? mergeObject(world, target, request.query, body) : badRequest('error decoding patch')
  }
  if (type === 'application/json-patch+json' || type === 'application/strategic-merge-patch+json') return notImplemented(type)
  return unsupportedMediaType()
}
