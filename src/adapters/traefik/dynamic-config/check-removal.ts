import type { Json } from '../../../domain/json.ts'
import { childrenIn, namesIn } from './check-health.ts'
import { fileProblem } from './file-problem.ts'
import type { Entry } from './outline.ts'
import type { Section } from './owned.ts'
import { keyValue, memberOf, sectionEntry } from './owned.ts'
import type { Understanding } from './understand.ts'

const USERS = ['routers', 'services', 'middlewares'] as const satisfies readonly Section[]

/** Refuses to take away a service to which something in the file, as edited, still leads: Traefik would disable that, and its visitors get 404. */
export function checkNotUsed(after: Understanding, removed: readonly string[]): void {
  for (const name of removed) {
    const user = userOf(after, name)
    if (user === undefined) continue
    const { section, entry } = user
    throw fileProblem(
      'service-still-used',
      after.file,
      entry.start + entry.indent,
      `http.${section}.${entry.key} still leads to the service \`${name}\` that is to be removed`,
      [`let http.${section}.${entry.key} lead elsewhere first`],
    )
  }
}

function userOf(after: Understanding, name: string): { readonly section: Section; readonly entry: Entry } | undefined {
  for (const section of USERS) {
    const entry = sectionEntry(after, section)?.entries.find(
      (each) => after.file.text.slice(each.start, each.end).includes(name) && namesService(keyValue(after, section, each), section, name),
    )
    if (entry !== undefined) return { section, entry }
  }
  return undefined
}

function namesService(value: Json, section: (typeof USERS)[number], name: string): boolean {
  const isNamed = (found: Json): boolean => found === name || found === `${name}@file`
  if (section === 'routers') return isNamed(memberOf(value, ['service']))
  if (section === 'middlewares') return isNamed(memberOf(value, ['errors', 'service']))
  return ['weighted', 'failover', 'mirroring', 'highestRandomWeight'].some((kind) => {
    const content = memberOf(value, [kind])
    return [...childrenIn(content), ...namesIn(memberOf(content, ['mirrors']))].some(isNamed)
  })
}
