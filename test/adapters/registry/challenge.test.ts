import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseChallenges } from '../../../src/adapters/registry/challenge.ts'

it.each([
  ['Basic realm="x"', [{ scheme: 'basic', parameters: { realm: 'x' } }]],
  ['Negotiate', [{ scheme: 'negotiate', parameters: {} }]],
  [
    'Bearer realm="https://a/token",service=registry.example , scope="repository:a/b:pull,push"',
    [{ scheme: 'bearer', parameters: { realm: 'https://a/token', service: 'registry.example', scope: 'repository:a/b:pull,push' } }],
  ],
  [
    'Negotiate, Basic realm="a \\"quoted\\" one", bearer Realm = "https://b"',
    [
      { scheme: 'negotiate', parameters: {} },
      { scheme: 'basic', parameters: { realm: 'a "quoted" one' } },
      { scheme: 'bearer', parameters: { realm: 'https://b' } },
    ],
  ],
  ['', []],
  ['"', []],
])('reads %j', (header, challenges) => expect(parseChallenges(header)).toEqual(challenges))

it('reads whatever it was that was written', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/)
  const parameters = fc.dictionary(name, fc.string({ maxLength: 12 }), { minKeys: 1, maxKeys: 4, noNullPrototype: true })
  const quoted = (value: string): string => `"${value.replaceAll(/["\\]/g, '\\$&')}"`
  fc.assert(
    fc.property(fc.array(fc.record({ scheme: name, parameters }), { maxLength: 3 }), (challenges) => {
      const texts = challenges.map(
        (each) =>
          `${each.scheme} ${Object.entries(each.parameters)
            .map(([key, value]) => `${key}=${quoted(value)}`)
            .join(', ')}`,
      )
      expect(parseChallenges(texts.join(', '))).toEqual(challenges)
    }),
  )
})
