import { ProblemError } from '../../../domain/problem.ts'
import type { RouterDefinition } from '../../../domain/ports/edge.ts'
import { fileProblem } from './file-problem.ts'
import { namesUnder } from './outline.ts'
import type { Understanding } from './understand.ts'

/** Refuses a router that Traefik would reject or disable because of what this file says, or lacks. */
export function checkDefinition(understanding: Understanding, name: string, router: RouterDefinition): void {
  if (!/^\w[\w.-]*$/.test(name)) throw notWritable(name, 'a router name is made of letters, digits, `.`, `_` and `-`')
  const templated = [
    router.rule,
    router.service,
    ...router.entryPoints,
    ...(router.middlewares ?? []),
    JSON.stringify(router.tls ?? null),
  ].find((text) => text.includes('{{'))
  if (templated !== undefined) throw notWritable(name, `\`${templated}\` contains \`{{\`, which Traefik would run as a template`)
  if (!Number.isSafeInteger(router.priority) || router.priority === 0)
    throw notWritable(name, `priority ${router.priority} is no whole number other than 0 (0 means the length of the rule)`)
  requireName(understanding, 'services', router.service, name)
  for (const middleware of router.middlewares ?? []) requireName(understanding, 'middlewares', middleware, name)
}

/** A name of the file provider must be in the file: a missing one disables the router (facts: Traefik 7), and visitors stay where they were. */
function requireName(understanding: Understanding, section: 'services' | 'middlewares', qualified: string, router: string): void {
  const [name = '', provider] = qualified.split('@')
  if (provider !== undefined && provider !== 'file') return
  const known = namesUnder(understanding.outline, section)
  if (known.includes(name)) return
  const what = section === 'services' ? 'service' : 'middleware'
  throw fileProblem(
    `${what}-not-in-edge-file`,
    understanding.file,
    undefined,
    `router \`${router}\` needs the ${what} \`${name}\`, which the file does not define`,
    [`define it under http.${section}, or name the provider that has it, as in \`${name}@docker\``],
    [
      known.length === 0
        ? `the file defines no ${section}`
        : `it defines: ${known.slice(0, 20).join(', ')}${known.length > 20 ? ' …' : ''}`,
    ],
  )
}

const notWritable = (name: string, summary: string): ProblemError =>
  new ProblemError({
    code: 'router-not-writable',
    summary: `router \`${name}\`: ${summary}`,
    next: ['change the router in the plan'],
    effect: 'no',
  })
