import { describe, expect, it } from 'vitest'
import { readHelmIgnore } from '../../../src/adapters/system/helm-ignore.ts'

/** Helm's own cases (its documentation and the rules of its package `ignore`). */
describe('.helmignore', () => {
  it.each([
    ['helm.txt', 'helm.txt', true],
    ['helm.txt', 'sub/helm.txt', true],
    ['helm.*', 'helm.txt', true],
    ['helm.*', 'rudder.txt', false],
    ['*.txt', 'tiller.txt', true],
    ['*', 'sub/cargo', true],
    ['cargo/*.txt', 'cargo/a.txt', true],
    ['cargo/*.txt', 'mast/a.txt', false],
    ['cargo/*.txt', 'deep/cargo/a.txt', false],
    ['cargo/*', 'cargo/deep/a.txt', false],
    ['ru[c-e]?er.txt', 'rudder.txt', true],
    ['ru[^c-e]?er.txt', 'rudder.txt', false],
    ['ru[^x-z]?er.txt', 'rudder.txt', true],
    ['a\\*.txt', 'a*.txt', true],
    ['a\\*.txt', 'ab.txt', false],
    ['a.c', 'abc', false],
    ['(a|b)+$', 'ab', false],
    ['ru[z-c]der.txt', 'rudder.txt', false],
    ['ru[^z-c]der.txt', 'rudder.txt', true],
    ['[a\\-c].txt', '-.txt', true],
    ['[a\\-c].txt', 'b.txt', false],
    ['/a.txt', 'a.txt', true],
    ['/a.txt', 'cargo/a.txt', false],
    ['# a.txt', 'a.txt', false],
    ['  a.txt  ', 'a.txt', true],
    ['\uFEFFa.txt', 'a.txt', true],
    ['cargo/', 'cargo', false],
    ['!a.txt', 'a.txt', false],
    ['!a.txt', 'b.txt', true],
    ['!cargo/', 'a.txt', true],
    ['', 'templates/.a.yaml', true],
    ['', '.htpasswd', false],
  ])('%s of the file %s: %s', (pattern, path, left) => expect(readHelmIgnore(`${pattern}\n`)(path, false)).toBe(left))

  it.each([
    ['cargo/', 'cargo', true],
    ['cargo/', 'deep/cargo', true],
    ['/cargo/', 'deep/cargo', false],
    ['cargo', 'cargo', true],
    ['!cargo/', 'cargo', false],
  ])('%s of the folder %s: %s', (pattern, path, left) => expect(readHelmIgnore(pattern)(path, true)).toBe(left))

  it.each(['**', 'a[', 'a[]', '[a-]', '[-a]', '[]a]', 'a\\'])('leaves out nothing where helm refuses a line: %s', (pattern) =>
    expect(readHelmIgnore(`${pattern}\n*.txt`)('a.txt', false)).toBe(false),
  )
})
