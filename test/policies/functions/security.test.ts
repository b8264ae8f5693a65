import { describe, expect, it } from 'vitest'
import { containers } from '../../../src/policies/functions/pods.ts'
import { imageUsers, isNonRoot, userOf } from '../../../src/policies/functions/security.ts'
import { deployment, object, objects } from './objects.ts'

const pod = (ofPod: string, ofContainer: string) =>
  object(
    deployment('shop', `          securityContext: { ${ofContainer} }`).replace(
      'spec:\n      containers',
      `spec:\n      securityContext: { ${ofPod} }\n      containers`,
    ),
  )

describe('isNonRoot', () => {
  it.each([
    ['', '', false, -1],
    ['runAsNonRoot: true', '', true, -1],
    ['', 'runAsNonRoot: true', true, -1],
    ['runAsNonRoot: true', 'runAsNonRoot: false', false, -1],
    ['runAsUser: 1000', '', true, 1000],
    ['runAsUser: 1000', 'runAsUser: 0', false, 0],
    ['runAsUser: 0', 'runAsUser: 1000', true, 1000],
    ['runAsUser: 0, runAsNonRoot: true', '', false, 0],
  ])('pod { %s }, container { %s }: %s', (ofPod, ofContainer, nonRoot, user) => {
    const found = pod(ofPod, ofContainer)
    const [container] = containers(found)
    expect(isNonRoot(found, container)).toBe(nonRoot)
    expect(userOf(found, container)).toBe(user)
  })
})

it('imageUsers gathers what manifests say of each image', () => {
  const as = (name: string, user: string) => deployment(name, `          securityContext: { ${user} }`).replace(/image: .*/, 'image: one:1')
  const found = imageUsers(objects(`${as('a', 'runAsUser: 5')}---\n${as('b', '')}---\n${deployment('c')}`))
  expect(found).toEqual({ 'one:1': [5, -1], 'registry.example.org/c:1.0.0': [-1] })
})
