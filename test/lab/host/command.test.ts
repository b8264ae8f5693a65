import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { remoteCommandLine } from '../../../src/adapters/ssh/command-line.ts'
import { decodeCommand, shellWords } from '../../../src/lab/host/command.ts'

const word = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'))

describe('decoding a command line', () => {
  it('gives back whatever the adapter encodes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('describe', 'read-file', 'hash-file', 'replace-file', 'hold'),
        word,
        fc.array(word),
        fc.constantFrom('sudo' as const, undefined),
        (operation, script, args, become) => {
          const line = remoteCommandLine({ script, operation, nonce: 'abc', args, become })
          expect(decodeCommand(line)).toEqual({ become: become === 'sudo', script, operation, nonce: 'abc', args })
        },
      ),
    )
  })

  it('does not guess at anything else a shell could do', () => {
    for (const line of ['a; b', 'a | b', 'a $b', 'a "b"', "a 'b", 'a\nb', 'a `b`', 'a > b', 'a & b', 'a \\b', 'a*'])
      expect(shellWords(line)).toBeUndefined()
    for (const line of [
      '',
      'id',
      'sh -c true',
      'sh -c true x describe n',
      'sh -c true jmc-migrate format-disk n',
      'sudo sh -c true jmc-migrate describe n',
    ])
      expect(decodeCommand(line)).toBeUndefined()
  })
})
