import { expect, it } from 'vitest'
import { fullImageName, parseImageName } from '../../src/domain/image-name.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`

it.each([
  ['nginx', 'docker.io/library/nginx:latest'],
  ['nginx:1.27', 'docker.io/library/nginx:1.27'],
  ['team/shop', 'docker.io/team/shop:latest'],
  ['index.docker.io/nginx', 'docker.io/library/nginx:latest'],
  ['docker.io/nginx', 'docker.io/library/nginx:latest'],
  ['localhost/shop', 'localhost/shop:latest'],
  ['localhost:5000/shop:1', 'localhost:5000/shop:1'],
  ['registry.example/a/b_c/d--e:V1.0', 'registry.example/a/b_c/d--e:V1.0'],
  ['Registry/shop', 'Registry/shop:latest'],
  ['[::1]:5000/shop', '[::1]:5000/shop:latest'],
  [`shop@${DIGEST}`, `docker.io/library/shop@${DIGEST}`],
  [`registry.example:5000/shop:1@${DIGEST}`, `registry.example:5000/shop@${DIGEST}`],
])('%s is %s', (written, full) => {
  const name = parseImageName(written)
  expect(name && fullImageName(name)).toBe(full)
})

it.each([
  '',
  'Shop',
  'a//b',
  '/a',
  'a/',
  'a:',
  'a:b:c',
  'a@',
  'a@sha256:1',
  'a b',
  'a..b',
  `a:${'x'.repeat(129)}`,
  '-a',
  'https://a/b',
  `${'a/'.repeat(140)}a`,
])('%j is none', (written) => expect(parseImageName(written)).toBeUndefined())
