import type { EdgeRouter, RouterDefinition } from '../../domain/ports/index.ts'
import { inFile, qualify, withoutSecrets } from './record.ts'
import type { SwitchSpec } from './record.ts'

interface Routes {
  readonly routers: readonly EdgeRouter[]
  readonly replaced: EdgeRouter
  readonly rivals: readonly EdgeRouter[]
  readonly definition: RouterDefinition
}

/** What a reader of the diff should know about where its lines come from. */
export function remarks(spec: SwitchSpec, { replaced, rivals, definition }: Routes): readonly string[] {
  const inherits = [
    ...(spec.tls === undefined && definition.tls !== undefined ? ['tls'] : []),
    ...(spec.middlewares === undefined && definition.middlewares !== undefined ? [`middlewares ${definition.middlewares.join(', ')}`] : []),
  ]
  const below = rivals.map((each) => `${each.name} (${each.priority})`)
  return [
    ...(inherits.length > 0 ? [`inherits ${inherits.join(' and ')} of ${replaced.name}`] : []),
    `priority ${definition.priority} is above ${below.join(', ')}`,
  ]
}

/** What the switch leaves behind or takes along, without being asked to. */
export function routeWarnings(spec: SwitchSpec, { routers, replaced, rivals, definition }: Routes): readonly string[] {
  const oldService = qualify(replaced.service, replaced.provider)
  const isOther = (each: EdgeRouter): boolean => each.name !== replaced.name && each.name !== inFile(spec.router)
  const left = routers.filter((each) => isOther(each) && !rivals.includes(each) && qualify(each.service, each.provider) === oldService)
  const overruled = rivals.filter((each) => isOther(each) && each.priority < definition.priority && hasOwnPart(each))
  const deaf = replaced.entryPoints.filter((each) => !spec.entryPoints.includes(each))
  const lost = (spec.middlewares === undefined ? [] : (replaced.middlewares ?? []).map((each) => qualify(each, replaced.provider))).filter(
    (each) => !definition.middlewares?.includes(each),
  )
  return [
    ...left.map((each) => `router ${each.name} (${withoutSecrets(each.rule)}) also leads to the job and is not moved`),
    ...overruled.map(
      (each) =>
        `router ${each.name} (${withoutSecrets(each.rule)}) answers a part of the host; from now on ${spec.router} will, where both match`,
    ),
    ...deaf.map((each) => `${replaced.name} also listens on ${each}: visitors there stay on the old side`),
    ...lost.map((each) => `${replaced.name} goes through middleware ${each}; ${spec.router} will not`),
  ]
}

/** A catch-all or a rule without this host is meant to be overruled; a rule with more than a host is not. */
const hasOwnPart = (router: EdgeRouter): boolean =>
  /Host\(/.test(router.rule) && /\b(Path|PathPrefix|PathRegexp|Header|HeaderRegexp|Method|Query|QueryRegexp|ClientIP)\(/.test(router.rule)
