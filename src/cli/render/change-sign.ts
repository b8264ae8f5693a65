import type { Change } from '../../domain/change.ts'
import type { Page } from './page.ts'

export type Action = Change['action']

const SIGNS: Readonly<Record<Action, string>> = { create: '+', update: '~', delete: '-', stop: '■' }
const WORDS: Readonly<Record<Action, string>> = { create: 'create', update: 'change', delete: 'delete', stop: 'stop' }

/** `+`, `~`, `-`, `■` in its colour. */
export function changeSign(page: Page, action: Action): string {
  const paint = { create: page.paint.good, update: page.paint.warn, delete: page.paint.bad, stop: page.paint.bad }[action]
  return paint(SIGNS[action])
}

export const changeWord = (action: Action): string => WORDS[action]

const SYSTEMS: Readonly<Record<string, string>> = { kubernetes: 'Kubernetes', nomad: 'Nomad', traefik: 'Traefik' }

/** `kubernetes` → `Kubernetes`. */
export const systemName = (system: string): string => SYSTEMS[system] ?? system

/** "Plan: 4 to add, 1 to change, 1 to stop, 1 to delete." */
export function countsText(changes: readonly Pick<Change, 'action'>[]): string {
  const of = (action: Action): number => changes.filter((change) => change.action === action).length
  const parts = [
    `${of('create')} to add`,
    `${of('update')} to change`,
    ...(of('stop') > 0 ? [`${of('stop')} to stop`] : []),
    `${of('delete')} to delete`,
  ]
  return changes.length === 0 ? 'No changes: no step that is still to come would change anything.' : `Plan: ${parts.join(', ')}.`
}
