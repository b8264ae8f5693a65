import { expect, it } from 'vitest'
import { condensed } from '../../../src/cli/render/evidence.ts'

it('looks that saw the same are one line, from the first to the last; others keep theirs', () => {
  expect(
    condensed([
      '23:17:10.932Z pending: not loaded',
      '23:17:11.027Z pending: not loaded',
      '23:17:12.139Z pending: not loaded',
      '23:17:13.000Z fail: status 502',
      '23:17:14.000Z pending: not loaded',
    ]),
  ).toEqual(['23:17:10Z to 23:17:12Z, 3 looks: pending: not loaded', '23:17:13.000Z fail: status 502', '23:17:14.000Z pending: not loaded'])
})

it('what is no look is said once', () => {
  expect(condensed(['only its log says so', 'a mount', 'only its log says so', ''])).toEqual(['only its log says so', 'a mount', ''])
})
