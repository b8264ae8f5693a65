import type { Value } from './value.ts'
import { fieldOf, mapOf, textOf } from './value.ts'

/** `Deployment/todo-app-backend`: how findings, waivers and plans name an object; its `id` says so where two namespaces have one of that name. */
export function nameOf(object: Value): string {
  return textOf(mapOf(object).id) || kindAndName(object)
}

/** `Secret/tokens`: how one object names another, of its own namespace. */
export function kindAndName(object: Value): string {
  const { kind, metadata } = mapOf(object)
  return `${textOf(kind)}/${textOf(mapOf(metadata).name)}`
}

export function kindOf(object: Value): string {
  return textOf(fieldOf(object, 'kind'))
}

/** The object's namespace; where it names none, the one that the plan deploys to. */
export function namespaceOf(object: Value, planned: string): string {
  return textOf(fieldOf(object, 'metadata.namespace')) || planned
}

/** Objects of the kinds that every cluster has. What other kinds do, run pods for example, nobody can know from the object. */
export function isBuiltIn(object: Value): boolean {
  const apiVersion = textOf(fieldOf(object, 'apiVersion'))
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
  return BUILT_IN_GROUPS.has(group) || group.endsWith('.k8s.io')
}

const BUILT_IN_GROUPS = new Set(['', 'apps', 'batch', 'autoscaling', 'policy'])
