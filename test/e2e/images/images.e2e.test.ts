import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createImages } from '../../../src/adapters/registry/images.ts'
import type { ImageLook } from '../../../src/domain/ports/images.ts'
import { dockerConfig, factsOf } from '../../adapters/registry/fake-registry.ts'
import { DOCKER, OCI } from '../../adapters/registry/image-parts.ts'
import { title, whySkipped } from '../../real/servers/tools.ts'
import { pushImage, pushIndex } from './push.ts'
import type { Repository } from './push.ts'
import type { Registry } from './registry.ts'
import { registryProgram, startRegistry } from './registry.ts'

const reason = await whySkipped(registryProgram)
const images = createImages({ env: { HOME: '/nonexistent' } })
afterAll(() => images.close())

const look = (reference: string, platform = 'linux/amd64', dockerConfigs: readonly string[] = []): Promise<ImageLook> =>
  images.look({ reference, platform, dockerConfigs })

describe.skipIf(reason !== undefined)(title('a real registry', reason), () => {
  let registry: Registry
  let shop: Repository
  beforeAll(async () => {
    registry = await startRegistry()
    shop = { url: `http://${registry.host}/v2/team/shop` }
  })
  afterAll(() => registry?.stop())

  it.each([
    ['OCI', OCI],
    ['Docker', DOCKER],
  ])('tells of an image and of an index of images: %s', async (name, types) => {
    const tag = name.toLowerCase()
    const amd64 = await pushImage(shop, types, { tag, content: name, user: '1001', check: ['CMD-SHELL', 'wget -q localhost'] })
    const arm64 = await pushImage(shop, types, { content: `${name} for arm`, architecture: 'arm64' })
    const index = await pushIndex(shop, types, `${tag}-all`, [
      { manifest: amd64.manifest, platform: { os: 'linux', architecture: 'amd64' } },
      { manifest: arm64.manifest, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
    ])
    const image = { platform: 'linux/amd64', user: '1001', healthCheck: true, compressedBytes: amd64.compressedBytes }
    const reference = `${registry.host}/team/shop:${tag}`
    expect(await look(reference)).toEqual({
      seen: 'yes',
      facts: { reference, digest: amd64.digest, platforms: ['linux/amd64'], image },
    })
    expect(factsOf(await look(`${registry.host}/team/shop@${amd64.digest}`))).toMatchObject({ digest: amd64.digest, image })
    expect(factsOf(await look(`${reference}-all`, 'linux/arm64'))).toMatchObject({
      digest: index.digest,
      platforms: ['linux/amd64', 'linux/arm64'],
      image: { platform: 'linux/arm64', user: '', healthCheck: false, compressedBytes: arm64.compressedBytes },
    })
    expect(factsOf(await look(`${reference}-all`, 'linux/ppc64le')).image).toBeUndefined()
  })

  it('says what it does not have', async () => {
    expect(await look(`${registry.host}/team/shop:none`)).toEqual({ seen: 'absent', reason: `${registry.host} has no team/shop:none` })
    expect(await look(`${registry.host}/nobody/nothing`)).toMatchObject({ seen: 'absent' })
    expect(await look(`${registry.host}/team/shop@sha256:${'0'.repeat(64)}`)).toMatchObject({ seen: 'absent' })
  })

  it('that is gone is not seen', async () => {
    const gone = await startRegistry()
    await gone.stop()
    expect(await look(`${gone.host}/team/shop`)).toMatchObject({ seen: 'unseen', reason: expect.stringContaining('connection refused') })
  })
})

describe.skipIf(reason !== undefined)(title('a real registry behind a login', reason), () => {
  const login = { username: 'builder', password: randomBytes(12).toString('base64url') }
  const auth = Buffer.from(`${login.username}:${login.password}`).toString('base64')
  let registry: Registry
  beforeAll(async () => {
    registry = await startRegistry(login)
    const shop = { url: `http://${registry.host}/v2/shop`, authorization: `Basic ${auth}` }
    await pushImage(shop, OCI, { tag: '1', content: 'private', user: 'app' })
  })
  afterAll(() => registry?.stop())

  it('shows its image to the pull secret, and says what is missing to who is in it', async () => {
    const secret = dockerConfig(registry.host, { auth })
    expect(factsOf(await look(`${registry.host}/shop:1`, 'linux/amd64', [secret])).image?.user).toBe('app')
    expect(await look(`${registry.host}/shop:2`, 'linux/amd64', [secret])).toMatchObject({ seen: 'absent' })
  })

  it.each([
    ['nobody', () => [], /lets nobody see it without a login \(401\)/],
    [
      'a wrong password',
      () => [dockerConfig(registry.host, { username: login.username, password: 'wrong' })],
      /refuses the login from the pull secret/,
    ],
    ['a login for elsewhere', () => [dockerConfig('127.0.0.1:1', { auth })], /lets nobody see it/],
  ] as const)('lets %s see neither what is there nor what is not', async (_name, secrets, expected) => {
    for (const tag of ['1', '2']) {
      const seen = await look(`${registry.host}/shop:${tag}`, 'linux/amd64', secrets())
      expect(seen).toMatchObject({ seen: 'unseen', reason: expect.stringMatching(expected) })
      expect(JSON.stringify(seen)).not.toContain(login.password)
    }
  })
})
