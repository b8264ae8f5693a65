import { describe, expect, it } from 'vitest'
import { factsOf, FakeRegistry, refused } from './fake-registry.ts'
import { configText, digestOf, DOCKER, indexText, layer, manifestText, OCI } from './image-parts.ts'

const IMAGE = 'registry.example/team/shop:1.4.2'
const amd64 = configText({ user: '1000', check: ['CMD', '/health'] })
const arm64 = configText({ architecture: 'arm64', user: '' })

function registryOf(manifest: string, ...contents: readonly string[]): FakeRegistry {
  return new FakeRegistry().tag('team/shop', '1.4.2', manifest).keep(...contents)
}

describe('an image in a registry', () => {
  it.each([
    ['OCI', OCI],
    ['Docker', DOCKER],
  ])('is told of its manifest and configuration: %s', async (_name, types) => {
    const manifest = manifestText(amd64, [layer(1_000), layer(234)], types)
    const registry = registryOf(manifest, amd64)
    expect(await registry.look({ reference: IMAGE })).toEqual({
      seen: 'yes',
      facts: {
        reference: IMAGE,
        digest: digestOf(manifest),
        platforms: ['linux/amd64'],
        image: { platform: 'linux/amd64', user: '1000', healthCheck: true, compressedBytes: 1_234 },
      },
    })
    expect(registry.asked.map(({ origin, what }) => `${origin} ${what}`)).toEqual([
      'https://registry.example GET /v2/team/shop/manifests/1.4.2',
      `https://registry.example GET /v2/team/shop/blobs/${digestOf(amd64)}`,
    ])
  })

  it.each([
    ['OCI', OCI],
    ['Docker', DOCKER],
  ])('is chosen from an index by the platform; attestations are none: %s', async (_name, types) => {
    const members = [
      manifestText(amd64, [layer(10)], types),
      manifestText(arm64, [layer(20)], types),
      manifestText('{}', [], types),
    ] as const
    const index = indexText(
      [
        { manifest: members[0], platform: { os: 'linux', architecture: 'amd64' } },
        { manifest: members[1], platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
        { manifest: members[2], platform: { os: 'unknown', architecture: 'unknown' } },
      ],
      types,
    )
    const registry = registryOf(index, ...members, amd64, arm64)
    const facts = { reference: IMAGE, digest: digestOf(index), platforms: ['linux/amd64', 'linux/arm64'] }
    const image = { platform: 'linux/arm64', user: '', healthCheck: false, compressedBytes: 20 }
    expect(factsOf(await registry.look({ reference: IMAGE, platform: 'linux/arm64' }))).toEqual({ ...facts, image })
    expect(factsOf(await registry.look({ reference: IMAGE, platform: 'linux/s390x' }))).toEqual(facts)
  })

  it('of another platform than the nodes is none for them', async () => {
    const registry = registryOf(manifestText(arm64, []), arm64)
    const facts = factsOf(await registry.look({ reference: IMAGE }))
    expect(facts.platforms).toEqual(['linux/arm64'])
    expect(facts).not.toHaveProperty('image')
  })

  it('is found in members of an index that do not say what they are for, and one floor deeper', async () => {
    const members = [manifestText(amd64, [layer(10)]), manifestText(arm64, [layer(20)])] as const
    const inner = indexText(members.map((manifest) => ({ manifest })))
    const outer = JSON.stringify({
      schemaVersion: 2,
      mediaType: OCI.index,
      manifests: [{ mediaType: OCI.index, digest: digestOf(inner), size: inner.length }],
    })
    const registry = registryOf(outer, inner, ...members, amd64, arm64)
    expect(factsOf(await registry.look({ reference: IMAGE, platform: 'linux/arm64' }))).toMatchObject({
      digest: digestOf(outer),
      platforms: ['linux/amd64', 'linux/arm64'],
      image: { platform: 'linux/arm64', compressedBytes: 20 },
    })
  })

  it('has no health check where it was switched off', async () => {
    const none = configText({ check: ['NONE'] })
    expect(factsOf(await registryOf(manifestText(none, []), none).look({ reference: IMAGE })).image?.healthCheck).toBe(false)
  })

  it("is looked for by its digest where it has one, and Docker's own at Docker's own", async () => {
    const manifest = manifestText(amd64, [])
    const registry = new FakeRegistry().tag('library/nginx', 'latest', manifest).keep(amd64)
    expect(factsOf(await registry.look({ reference: `nginx:1.2@${digestOf(manifest)}` })).digest).toBe(digestOf(manifest))
    expect(factsOf(await registry.look({ reference: 'nginx' })).digest).toBe(digestOf(manifest))
    expect(registry.asked.map(({ origin, what }) => `${origin} ${what}`).filter((each) => each.includes('manifests'))).toEqual([
      `https://registry-1.docker.io GET /v2/library/nginx/manifests/${digestOf(manifest)}`,
      'https://registry-1.docker.io GET /v2/library/nginx/manifests/latest',
    ])
  })

  it.each([
    ['localhost:5000/shop:1', 'http://localhost:5000'],
    ['127.8.9.1:5000/shop:1', 'http://127.8.9.1:5000'],
    ['[::1]:5000/shop:1', 'http://[::1]:5000'],
    ['localhost:443/shop:1', 'https://localhost'],
    ['127.0.0.1.example:5000/shop:1', 'https://127.0.0.1.example:5000'],
    ['10.0.0.1:5000/shop:1', 'https://10.0.0.1:5000'],
  ])('is asked for without TLS only on this machine: %s', async (reference, origin) => {
    const registry = new FakeRegistry()
    expect(await registry.look({ reference })).toMatchObject({ seen: 'absent' })
    expect(registry.asked[0]?.origin).toBe(origin)
  })
})

describe('an image that is not there', () => {
  it.each(['MANIFEST_UNKNOWN', 'NAME_UNKNOWN'])('is absent where the registry says %s', async (code) => {
    const registry = new FakeRegistry()
    registry.first = () => refused(404, code)
    expect(await registry.look({ reference: IMAGE })).toEqual({ seen: 'absent', reason: 'registry.example has no team/shop:1.4.2' })
  })

  it('is absent where its index names what the registry lacks', async () => {
    const member = manifestText(amd64, [])
    const index = indexText([{ manifest: member, platform: { os: 'linux', architecture: 'amd64' } }])
    const look = await registryOf(index).look({ reference: IMAGE })
    expect(look).toMatchObject({ seen: 'absent', reason: expect.stringContaining('which its index names for linux/amd64') })
  })
})

describe('an image that nobody could see is not absent and not seen', () => {
  it.each([
    ['a 404 of somebody else', 404, '<html>', {}, /404, not as a registry says it/],
    ['a 404 of another kind', 404, '{"errors":[{"code":"BLOB_UNKNOWN"}]}', {}, /404 BLOB_UNKNOWN/],
    ['a server that is not well', 503, '', {}, /503: it is not well/],
    ['too many questions', 429, '{"errors":[{"code":"TOOMANYREQUESTS"}]}', { 'retry-after': '30' }, /429 TOOMANYREQUESTS: too many/],
    ['a teapot', 418, '', {}, /418/],
    ['no manifest', 200, 'hello', { 'content-type': 'text/plain' }, /no image that a node can run, but text\/plain/],
    [
      'a manifest of the first kind',
      200,
      '{"schemaVersion":1}',
      { 'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws' },
      /v1\+prettyjws/,
    ],
    ['an artifact', 200, manifestText('{}', []).replace(OCI.config, 'application/vnd.cncf.helm.config.v1+json'), {}, /helm\.config/],
    ['a type that is not for the eyes', 200, '{"mediaType":"\\u001b[31m"}', {}, /but a document without a type/],
    ['other bytes than it says', 200, manifestText(amd64, []), { 'docker-content-digest': digestOf('x') }, /other bytes than sha256/],
    ['a login without a way to log in', 401, '', {}, /without a login \(401\)/],
    ['a door', 403, '', {}, /without a login \(403\)/],
    ['a way to log in that we do not know', 401, '', { 'www-authenticate': 'Negotiate' }, /not known here: negotiate/],
  ] as const)('%s', async (_name, status, body, headers, reason) => {
    const registry = new FakeRegistry()
    registry.first = () => ({ status, body, headers })
    const look = await registry.look({ reference: IMAGE })
    expect(look).toMatchObject({ seen: 'unseen', reason: expect.stringMatching(reason) })
    expect(look).toHaveProperty('next.0', expect.any(String))
  })

  it('a configuration whose bytes are others', async () => {
    const registry = registryOf(manifestText(amd64, []), amd64)
    registry.first = ({ path }) => (path.includes('/blobs/') ? { status: 200, body: arm64 } : undefined)
    expect(await registry.look({ reference: IMAGE })).toMatchObject({ seen: 'unseen', reason: expect.stringContaining('other bytes') })
  })

  it('a connection that is lost, a registry that never answers', async () => {
    const registry = new FakeRegistry()
    registry.first = () => 'drop'
    expect(await registry.look({ reference: IMAGE })).toMatchObject({
      seen: 'unseen',
      reason: expect.stringContaining('registry.example cannot be asked'),
    })
    registry.first = ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve('drop')))
    expect(await registry.look({ reference: IMAGE }, { timeoutMs: 30 })).toMatchObject({
      seen: 'unseen',
      reason: 'registry.example gave no complete answer within 0.03 s',
    })
  })

  it('but a connection that ends once is tried again', async () => {
    const registry = registryOf(manifestText(amd64, []), amd64)
    registry.first = () => (registry.asked.length === 1 ? 'drop' : undefined)
    expect(await registry.look({ reference: IMAGE })).toMatchObject({ seen: 'yes' })
  })

  it('a certificate that is not trusted', async () => {
    const registry = new FakeRegistry()
    const dispatcher = registry.dispatcher.compose(() => () => {
      throw Object.assign(new Error('self-signed'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
    })
    expect(await registry.look({ reference: IMAGE }, { dispatcher })).toEqual({
      seen: 'unseen',
      reason: 'registry.example cannot be asked: the certificate is self-signed and not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)',
      next: ["if it has an authority of its own, name that authority's file in NODE_EXTRA_CA_CERTS"],
    })
  })

  it('a document larger than 4 MiB', async () => {
    const registry = new FakeRegistry()
    registry.first = () => ({ status: 200, body: 'x'.repeat(4 * 1024 * 1024 + 1) })
    expect(await registry.look({ reference: IMAGE })).toMatchObject({ seen: 'unseen', reason: expect.stringContaining('more than 4 MiB') })
  })

  it.each(['Shop:1', 'a//b', 'shop@sha256:12', 'shop:', 'registry.example:99999999/shop', ''])('no name: %s', async (reference) => {
    const registry = new FakeRegistry()
    expect(await registry.look({ reference })).toMatchObject({ seen: 'unseen', reason: expect.stringContaining('no name of an image') })
    expect(registry.asked).toEqual([])
  })
})

describe('redirects', () => {
  const away = (location: string) => ({ status: 307, headers: { location }, body: '' })

  it('are followed, three of them, to where it is safe', async () => {
    const registry = registryOf(manifestText(amd64, []), amd64)
    const hops: Record<string, string> = { '/v2/team/shop/manifests/1.4.2': '/one', '/one': '/two', '/two': 'https://mirror.example/three' }
    registry.first = ({ path }) => {
      if (path === '/three') return { status: 200, body: manifestText(amd64, []) }
      return hops[path] === undefined ? undefined : away(hops[path])
    }
    expect(await registry.look({ reference: IMAGE })).toMatchObject({ seen: 'yes' })
    registry.first = ({ path }) => away(`${path}/x`)
    registry.asked.length = 0
    expect(await registry.look({ reference: IMAGE })).toMatchObject({
      seen: 'unseen',
      reason: expect.stringContaining('more than 3 times'),
    })
    expect(registry.asked).toHaveLength(4)
  })

  it.each(['http://elsewhere.example/x', 'http://127.0.0.1:1/x', 'ftp://registry.example/x', ''])('to %j are not', async (location) => {
    const registry = new FakeRegistry()
    registry.first = () => away(location)
    expect(await registry.look({ reference: IMAGE })).toMatchObject({ seen: 'unseen' })
    expect(registry.asked).toHaveLength(1)
  })
})
