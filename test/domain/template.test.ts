import fc from 'fast-check'
import { expect, test } from 'vitest'
import { templateParts, withPlaceholders } from '../../src/domain/template.ts'

const short = (template: string): readonly string[] =>
  templateParts(template).map((part) =>
    part.part === 'text' ? part.text : part.part === 'reference' ? `${part.scheme}=${part.argument}` : `!${part.mistake}`,
  )

test.each([
  ['', []],
  ['plain $HOME {x}', ['plain $HOME {x}']],
  ['${env:A}', ['env=A']],
  ['http://${env:HOST}:${env:PORT}/', ['http://', 'env=HOST', ':', 'env=PORT', '/']],
  ['${file:~/.nomad token}', ['file=~/.nomad token']],
  ["${command:awk '{print $1}' token}", ["command=awk '{print $1}' token"]],
  ['${command:printf "%s:%s" a b}', ['command=printf "%s:%s" a b']],
  ['a${env:A', ['a', '!unterminated']],
  ['${command:a {b}', ['!unterminated']],
  ['${A}', ['!no-scheme']],
  ['${}', ['!no-scheme']],
  ['${vault:secret}', ['!unknown-scheme']],
  ['${env: }', ['!empty']],
  ['${env:1A}', ['!bad-variable-name']],
])('%j', (template, parts) => {
  expect(short(template)).toEqual(parts)
})

test('the pieces of any text, put together, are the text', () => {
  const pieces = fc.array(fc.constantFrom('${', '}', '{', '$', 'env:', 'file:', 'A', ' ', ':'), { maxLength: 12 })
  fc.assert(
    fc.property(pieces, (tokens) => {
      const text = tokens.join('')
      const parts = templateParts(text)
      expect(parts.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text)
      expect(parts.every((part, index) => part.start === (parts[index - 1]?.end ?? 0))).toBe(true)
    }),
  )
})

test.each([
  ['plain', 'plain'],
  ['${env:JWT_SECRET}', 'placeholder-of-JWT_SECRET'],
  ['postgres://app:${env:PASSWORD}@db/${env:NAME}', 'postgres://app:placeholder-of-PASSWORD@db/placeholder-of-NAME'],
  ['${file:~/.tokens/api key}', 'placeholder-of-tokens-api-key'],
  ["${command:pass show 'jwt'}", 'placeholder-of-pass-show-jwt'],
  ['${env:A', '${env:A'],
])('%j with stand-ins', (template, expected) => expect(withPlaceholders(template)).toBe(expected))
