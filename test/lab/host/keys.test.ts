import ssh2 from 'ssh2'
import { expect, it } from 'vitest'
import { newPair } from '../../../src/lab/host/keys.ts'

it('never hands out a key that ssh2 cannot read (it makes some)', () => {
  const pairs = Array.from({ length: 1_000 }, () => newPair())
  const broken = pairs.flatMap((pair) => [pair.private, pair.public]).filter((half) => ssh2.utils.parseKey(half) instanceof Error)
  expect(broken).toEqual([])
})
