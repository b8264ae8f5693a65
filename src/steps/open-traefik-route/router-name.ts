import { z } from 'zod'

/** Providers of Traefik that name routers of their own, likeliest first. */
const PROVIDERS = ['consulcatalog', 'file', 'docker'] as const

/** A router as Traefik's API names it, NAME@PROVIDER. Where the provider is missing, the problem names what could be meant. */
export const routerName = (): z.ZodString => z.string().regex(/^[^@\s]+@[^@\s]+$/, { error: ({ input }) => expected(input) })

function expected(input: unknown): string {
  const form = "must be NAME@PROVIDER, as Traefik's API names routers"
  if (typeof input !== 'string' || !/^[\w.-]+$/.test(input)) return `${form}, such as www@consulcatalog`
  const [first, ...others] = PROVIDERS.map((provider) => `\`${input}@${provider}\``)
  return `${form}: ${first}, ${others.join(' or ')}, by the provider that defines it`
}
