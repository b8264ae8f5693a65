import fc from 'fast-check'
import { expect, it } from 'vitest'
import { base64Text, base64Valid } from '../../../src/policies/functions/base64.ts'

it('every encoded text is valid and comes back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const encoded = Buffer.from(text, 'utf8').toString('base64')
      expect(base64Valid(encoded)).toBe(true)
      expect(base64Text(encoded)).toBe(Buffer.from(text, 'utf8').toString('utf8'))
    }),
  )
})

it.each(['HS256', 'a===', 'YQ', 'YQ=', 'Y Q=', 'YQ-_', 5, null, undefined])('%s is not valid', (value) => {
  expect(base64Valid(value)).toBe(false)
  expect(base64Text(value)).toBe('')
})

it.each(['', 'YQ==', 'YWJj', 'YWJj\nYWJj\n'])('%j is valid', (value) => expect(base64Valid(value)).toBe(true))
