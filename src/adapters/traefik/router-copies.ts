import type { EdgeRouter } from '../../domain/ports/edge.ts'

/**
 * Under the name that its author gave it. Where a router listens on several entry points and one of them has TLS or middlewares of its own, Traefik
 * splits off a copy for that entry point and shows it as `websecure-NAME@file` (`websecure-conflicted-NAME@file` where TLS options of two
 * routers differ); seen on 3.7.15. A copy is known by a sibling with the same rule, service and priority.
 */
export function underOwnNames(routers: readonly EdgeRouter[]): readonly EdgeRouter[] {
  const families = new Map<string, EdgeRouter[]>()
  for (const router of routers) {
    const family = families.get(content(router))
    if (family === undefined) families.set(content(router), [router])
    else family.push(router)
  }
  return routers.map((router) => {
    const original = originalName(router)
    if (original === undefined) return router
    const hasSibling = families
      .get(content(router))
      ?.some((each) => each !== router && (each.name === original || originalName(each) === original))
    return hasSibling === true ? { ...router, name: original } : router
  })
}

const content = ({ rule, service, priority, provider }: EdgeRouter): string => JSON.stringify([rule, service, priority, provider])

function originalName({ name, entryPoints }: EdgeRouter): string | undefined {
  const [only] = entryPoints
  if (only === undefined || entryPoints.length > 1) return undefined
  const prefix = [`${only}-conflicted-`, `${only}-`].find((each) => name.startsWith(each))
  return prefix === undefined ? undefined : name.slice(prefix.length)
}

/** The copies of one router as the one that its author wrote: all their entry points, the worst status, every error. */
export function asOne(copies: readonly EdgeRouter[]): EdgeRouter | undefined {
  const [first] = copies
  if (first === undefined || copies.length === 1) return first
  const worst = copies.find(({ status }) => status === 'disabled') ?? copies.find(({ status }) => status === 'warning') ?? first
  return {
    ...first,
    status: worst.status,
    errors: [...new Set(copies.flatMap(({ errors }) => errors))],
    entryPoints: [...new Set(copies.flatMap(({ entryPoints }) => entryPoints))].toSorted(),
  }
}
