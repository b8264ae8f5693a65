import { createHash } from 'node:crypto'
import type { LabRequest, LabResponse } from '../contract.ts'
import { qualified } from './configuration.ts'
import type { Health } from './health.ts'
import type { RunningService } from './running-service.ts'
import type { Runtime } from './runtime.ts'

/** Whose turn it is, and the cookie that a new visitor is given. `undefined`: nobody has a weight and is up. */
export interface Turn {
  readonly child: RunningService
  readonly cookie?: string
}

/** By the weights; a visitor who brings the cookie of a child with a weight stays there while it is up. */
export function nextTurn(runtime: Runtime, service: RunningService, request: LabRequest, health: Health): Turn | undefined {
  const { services = [], cookie, healthCheck } = service.weighted ?? {}
  const isUp = (name: string): boolean => {
    const child = runtime.services.get(qualified(name, service.provider))
    return child !== undefined && (healthCheck !== true || health.isUp(child))
  }
  const children = services.filter(({ name, weight }) => weight > 0 && isUp(name))
  const brought = cookie && cookieOf(request, cookie.name)
  const kept = brought === undefined ? undefined : children.find(({ name }) => idOf(qualified(name, service.provider)) === brought)
  const chosen = kept ?? least(runtime, service, children)
  const child = chosen && runtime.services.get(qualified(chosen.name, service.provider))
  if (child === undefined) return undefined
  if (cookie === undefined || kept !== undefined) return { child }
  const flags = `${cookie.httpOnly ? '; HttpOnly' : ''}${cookie.secure ? '; Secure' : ''}`
  return { child, cookie: `${cookie.name}=${idOf(child.name)}; Path=/${flags}` }
}

/** Of weighted services in each other the lab gives only the outermost one's cookie. */
export const withCookie = (answer: LabResponse, cookie: string | undefined): LabResponse =>
  cookie === undefined ? answer : { ...answer, headers: { ...answer.headers, 'set-cookie': cookie } }

/** The child that has had the fewest visitors for its weight. */
function least<Child extends { readonly name: string; readonly weight: number }>(
  { turns }: Runtime,
  service: RunningService,
  children: readonly Child[],
): Child | undefined {
  const key = ({ name }: Child): string => `${service.name} ${name}`
  const due = (child: Child): number => ((turns.get(key(child)) ?? 0) + 1) / child.weight
  const chosen = children.toSorted((a, b) => due(a) - due(b))[0]
  if (chosen !== undefined) turns.set(key(chosen), (turns.get(key(chosen)) ?? 0) + 1)
  return chosen
}

const idOf = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 16)

function cookieOf({ headers }: LabRequest, name: string): string | undefined {
  const pairs = (headers['cookie'] ?? '').split(';').map((pair) => pair.trim())
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
}
