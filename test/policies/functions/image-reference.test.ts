import { describe, expect, it } from 'vitest'
import { expectedImage, imageReference, pullPolicy } from '../../../src/policies/functions/image-reference.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`

describe('imageReference', () => {
  it.each([
    ['nginx', { registry: '', repository: 'nginx', name: 'nginx', tag: '', fixed: false }],
    ['nginx:latest', { tag: 'latest', fixed: false }],
    ['nginx:1.27', { tag: '1.27', fixed: true }],
    ['library/nginx:1.27', { registry: '', repository: 'library/nginx', name: 'nginx' }],
    ['registry.example.org/team/shop:2', { registry: 'registry.example.org', repository: 'team/shop', name: 'shop', tag: '2' }],
    ['localhost/shop', { registry: 'localhost', repository: 'shop', tag: '', fixed: false }],
    ['registry:5000/shop', { registry: 'registry:5000', repository: 'shop', tag: '', fixed: false }],
    ['registry:5000/shop:3', { registry: 'registry:5000', repository: 'shop', tag: '3', fixed: true }],
    [`shop@${DIGEST}`, { repository: 'shop', tag: '', digest: DIGEST, fixed: true }],
    [`shop:latest@${DIGEST}`, { tag: 'latest', digest: DIGEST, fixed: true }],
    ['', { registry: '', repository: '', name: '', fixed: false }],
  ])('%s', (reference, parts) => expect(imageReference(reference)).toMatchObject(parts))
})

describe('pullPolicy', () => {
  it.each([
    [{ image: 'shop:latest' }, 'Always'],
    [{ image: 'shop' }, 'Always'],
    [{ image: 'shop:1.0' }, 'IfNotPresent'],
    [{ image: `shop@${DIGEST}` }, 'IfNotPresent'],
    [{ image: 'shop', imagePullPolicy: 'Never' }, 'Never'],
    [{}, 'Always'],
  ])('%j is %s', (container, policy) => expect(pullPolicy(container)).toBe(policy))
})

describe('expectedImage', () => {
  const expects = { images: { shop: { maxSize: '1MB' }, 'team/api': { maxSize: '2MB' }, 'r.example.org/web': { maxSize: '3MB' } } }

  it.each([
    ['r.example.org/any/shop:1', '1MB'],
    ['r.example.org/team/api:1', '2MB'],
    ['r.example.org/web@sha256:00', '3MB'],
    ['other.example.org/web', undefined],
    ['shopping', undefined],
  ])('%s', (reference, size) => expect(expectedImage(reference, expects).maxSize).toBe(size))

  it('expects nothing where the plan says nothing', () => expect(expectedImage('shop', null)).toEqual({}))
})
