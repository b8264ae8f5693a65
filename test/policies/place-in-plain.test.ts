import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../src/domain/json.ts'
import { plainDocuments } from '../../src/domain/plain-yaml.ts'
import { manifestPlaces } from '../../src/policies/place-in-manifest.ts'
import { placesInPlain } from '../../src/policies/place-in-plain.ts'

const LIST = `apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: ConfigMap
    metadata:
      name: one
    data:
      app.properties: x
      empty:
  -   kind: Service
      metadata: { name: two, labels: { a: b } }
      spec:
        ports:
        - 80
        - "81"
        - [82]
`

/** Every path into the value, and one that leads nowhere below each. */
function pathsIn(value: Json | undefined, path = ''): readonly string[] {
  const inner =
    typeof value !== 'object' || value === null
      ? []
      : Array.isArray(value)
        ? value.flatMap((member: Json, index) => pathsIn(member, `${path}[${index}]`))
        : Object.entries(value).flatMap(([key, member]) => pathsIn(member, path === '' ? key : `${path}.${key}`))
  return [path, `${path}.nowhere`, `${path}[9]`, ...inner]
}

/** The same file, of which the fast reader wants to say nothing. */
const odd = (text: string): string => `${text}\n# \u00a0\n`

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const files = ['plans', 'fixtures']
  .flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)))
  .filter((path) => path.endsWith('.yaml'))
  .map((path) => [path, readFileSync(join(ROOT, path), 'utf8')] as const)
  .filter(([, text]) => plainDocuments(text) !== undefined)

describe('a field in a file of ordinary YAML stands where the full parser says', () => {
  it.each([['a list', LIST] as const, ...files])('%s', (_, text) => {
    const [known, full] = [manifestPlaces('a.yaml', text), manifestPlaces('a.yaml', odd(text))]
    for (const { value, line } of plainDocuments(text) ?? [])
      for (const object of text === LIST ? ['ConfigMap/one', 'Service/shop/two'] : ['Deployment/web'])
        for (const path of pathsIn(value))
          expect({ path, ...known({ object, line, path }) }).toEqual({ path, ...full({ object, line, path }) })
  })

  it('without the full parser, brackets aside', () => {
    const place = placesInPlain(LIST)
    expect(place({ object: 'ConfigMap/one', line: 1, path: 'data.app.properties' })).toEqual({ line: 9, column: 23 })
    expect(place({ object: 'Service/two', line: 1, path: 'spec.ports[1]' })).toEqual({ line: 16, column: 11 })
    expect(place({ object: 'Service/two', line: 1, path: 'metadata.labels.a' })).toBeUndefined()
    expect(placesInPlain(odd(LIST))({ object: 'Service/two', line: 1, path: 'spec' })).toBeUndefined()
  })
})
