import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { basic, dockerConfig, factsOf, FakeRegistry, refused } from './fake-registry.ts'
import { configText, manifestText } from './image-parts.ts'

const IMAGE = 'registry.example/team/shop:1.4.2'
const config = configText({ user: '1000' })
const SECRET = 'very-secret-password'
const TOKEN = 'token-for-nobody-else'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'registry-logins-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

const filled = (): FakeRegistry => new FakeRegistry().tag('team/shop', '1.4.2', manifestText(config, [])).keep(config)

/** Lets in who shows this header, and says to all others how to get it. */
function guarded(authorization: string, challenge: string): FakeRegistry {
  const registry = filled()
  registry.first = ({ headers, path }) =>
    path.startsWith('/v2/') && headers['authorization'] !== authorization
      ? refused(401, 'UNAUTHORIZED', { 'www-authenticate': challenge })
      : undefined
  return registry
}

const BASIC = `Basic ${basic('me', SECRET)}`
const BEARER = 'Bearer realm="https://auth.example/token?a=b",service="the, registry",scope="repository:other/thing:pull,push"'

/** As `guarded`, with a service that gives its token to whom `accepts` says. */
function tokenGuarded(accepts: (authorization: string | undefined, body: string) => boolean): FakeRegistry {
  const registry = guarded(`Bearer ${TOKEN}`, BEARER)
  const inner = registry.first
  registry.first = (request, origin) => {
    if (origin !== 'https://auth.example') return inner(request, origin)
    return accepts(request.headers['authorization'], request.body)
      ? { status: 200, body: JSON.stringify({ access_token: TOKEN }) }
      : refused(401, 'UNAUTHORIZED')
  }
  return registry
}

describe('who asks a registry', () => {
  it.each([
    ['auth', dockerConfig('registry.example', { auth: basic('me', SECRET) })],
    ['name and password', dockerConfig('https://registry.example/v1/', { username: 'me', password: SECRET })],
    ['a key with a pattern', dockerConfig('*.example', { auth: basic('me', SECRET) })],
    ['a key with the beginning of the repository', dockerConfig('registry.example/team', { auth: basic('me', SECRET) })],
  ])('is who the pull secret says: %s', async (_name, secret) => {
    const registry = guarded(BASIC, 'Basic realm="the registry"')
    factsOf(await registry.look({ reference: IMAGE, dockerConfigs: [secret] }))
    // Nothing is shown to who did not ask for it.
    expect(registry.asked.map((each) => each.authorization)).toEqual([undefined, BASIC, BASIC])
  })

  it.each(['registry.example.org', 'other.example', 'registry.example:5000', 'registry.example/te', '*.*', '*'])(
    'is nobody where the secret is for %s',
    async (host) => {
      const registry = guarded(BASIC, 'Basic realm="x"')
      const secret = dockerConfig(host, { auth: basic('me', SECRET) })
      if (host === '*.*') return expect(await registry.look({ reference: IMAGE, dockerConfigs: [secret] })).toMatchObject({ seen: 'yes' })
      expect(await registry.look({ reference: IMAGE, dockerConfigs: [secret] })).toMatchObject({ seen: 'unseen' })
      expect(registry.asked.every((each) => each.authorization === undefined)).toBe(true)
    },
  )

  it('tries one after the other, the closest first', async () => {
    const registry = guarded(BASIC, 'Basic realm="x"')
    const secrets = [
      dockerConfig('registry.example', { auth: basic('old', 'x') }),
      JSON.stringify({
        auths: { 'registry.example': { auth: basic('mirror', 'x') }, 'registry.example/team': { auth: basic('me', SECRET) } },
      }),
    ]
    factsOf(await registry.look({ reference: IMAGE, dockerConfigs: secrets }))
    expect([...new Set(registry.asked.map((each) => each.authorization))]).toEqual([undefined, `Basic ${basic('old', 'x')}`, BASIC])
  })

  it("is the user where no pull secret is for the registry, and never where one is refused: a node does not have the user's login", async () => {
    const env = { HOME: '/nonexistent', DOCKER_CONFIG: home }
    await writeFile(join(home, 'config.json'), dockerConfig('registry.example', { auth: basic('me', SECRET) }))
    const registry = guarded(BASIC, 'Basic realm="x"')
    const elsewhere = dockerConfig('other.example', { auth: basic('you', 'x') })
    expect(await registry.look({ reference: IMAGE, dockerConfigs: [elsewhere] }, { env })).toMatchObject({ seen: 'yes' })
    const wrong = dockerConfig('registry.example', { auth: basic('you', SECRET) })
    const look = await registry.look({ reference: IMAGE, dockerConfigs: [wrong] }, { env })
    expect(look).toMatchObject({ seen: 'unseen', reason: expect.stringContaining('refuses the login from the pull secret (401)') })
    expect(JSON.stringify(look)).not.toContain(SECRET)
  })

  it("gets Docker's own login under its old name", async () => {
    const registry = new FakeRegistry().tag('team/shop', '1', manifestText(config, [])).keep(config)
    registry.first = ({ headers }) =>
      headers['authorization'] === BASIC ? undefined : refused(401, 'UNAUTHORIZED', { 'www-authenticate': 'Basic' })
    const secret = dockerConfig('https://index.docker.io/v1/', { auth: basic('me', SECRET) })
    factsOf(await registry.look({ reference: 'team/shop:1', dockerConfigs: [secret] }))
  })
})

describe('a token', () => {
  it('is got from whom the registry names, for this repository and for pulling only', async () => {
    const registry = tokenGuarded((authorization) => authorization === BASIC)
    factsOf(await registry.look({ reference: IMAGE, dockerConfigs: [dockerConfig('registry.example', { auth: basic('me', SECRET) })] }))
    const [, asked, ...rest] = registry.asked
    expect(asked).toMatchObject({ origin: 'https://auth.example', what: 'GET /token', authorization: BASIC })
    expect(Object.fromEntries(asked?.query ?? [])).toEqual({ a: 'b', service: 'the, registry', scope: 'repository:team/shop:pull' })
    expect(rest.map((each) => each.authorization)).toEqual([`Bearer ${TOKEN}`, `Bearer ${TOKEN}`])
  })

  it('is given to nobody in particular where the registry is public', async () => {
    const registry = tokenGuarded((authorization) => authorization === undefined)
    factsOf(await registry.look({ reference: IMAGE }))
  })

  it('is got for an identity token, which is sent as a form', async () => {
    const registry = tokenGuarded((_, body) => new URLSearchParams(body).get('refresh_token') === SECRET)
    const secret = dockerConfig('registry.example', { auth: basic('<token>', ''), identitytoken: SECRET })
    factsOf(await registry.look({ reference: IMAGE, dockerConfigs: [secret] }))
    expect(Object.fromEntries(new URLSearchParams(registry.asked[1]?.body))).toMatchObject({
      grant_type: 'refresh_token',
      scope: 'repository:team/shop:pull',
    })
  })

  it('is used as it is where the configuration has one', async () => {
    const registry = guarded(`Bearer ${TOKEN}`, BEARER)
    factsOf(await registry.look({ reference: IMAGE, dockerConfigs: [dockerConfig('registry.example', { registrytoken: TOKEN })] }))
    expect(registry.asked).toHaveLength(3)
  })

  it('is not shown to another host that the registry redirects to', async () => {
    const registry = tokenGuarded(() => true)
    const inner = registry.first
    registry.first = (request, origin) => {
      if (origin === 'https://blobs.example') return { status: 200, body: config }
      const isBlob = request.path.includes('/blobs/')
      return isBlob ? { status: 307, headers: { location: 'https://blobs.example/x?signature=1' }, body: '' } : inner(request, origin)
    }
    factsOf(await registry.look({ reference: IMAGE }))
    expect(registry.asked.at(-1)).toMatchObject({ origin: 'https://blobs.example', authorization: undefined })
  })

  it.each(['http://auth.example/token', 'http://127.0.0.1:9/token', 'nowhere', ''])('is not asked of %j', async (realm) => {
    const registry = guarded('Bearer x', `Bearer realm="${realm}"`)
    const secret = dockerConfig('registry.example', { auth: basic('me', SECRET) })
    const look = await registry.look({ reference: IMAGE, dockerConfigs: [secret] })
    expect(look).toMatchObject({ seen: 'unseen', reason: expect.stringContaining('cannot be asked safely') })
    expect(registry.asked).toHaveLength(1)
  })

  it.each([
    ['refused', { status: 401, body: SECRET }, /without a login \(401\)/],
    ['of a service that is not well', { status: 500, body: SECRET }, /auth.example, which gives out tokens .* gives none \(500\)/],
    ['that could not be sent', { status: 200, body: JSON.stringify({ token: `a\r\n${SECRET}` }) }, /gives none \(200\)/],
  ])('%s: nobody could see, and what was answered is not told', async (_name, answer, reason) => {
    const registry = tokenGuarded(() => true)
    const inner = registry.first
    registry.first = (request, origin) => (origin === 'https://auth.example' ? answer : inner(request, origin))
    const look = await registry.look({ reference: IMAGE })
    expect(look).toMatchObject({ seen: 'unseen', reason: expect.stringMatching(reason) })
    expect(JSON.stringify(look)).not.toContain(SECRET)
  })
})

describe('a credential helper', () => {
  const own = (fields: object): Promise<void> => writeFile(join(home, 'config.json'), JSON.stringify(fields))
  /** A helper of ours on the PATH. */
  async function helper(script: string): Promise<void> {
    await writeFile(join(home, 'docker-credential-test'), `#!/bin/sh\n${script}\n`)
    await chmod(join(home, 'docker-credential-test'), 0o755)
  }
  const env = () => ({ DOCKER_CONFIG: home, PATH: `${home}:/usr/bin:/bin` })

  it.each([
    ['for all', { credsStore: 'test', auths: { 'registry.example': {} } }],
    ['for this registry', { credsStore: 'none-such', credHelpers: { 'registry.example': 'test' } }],
  ])('is asked as docker asks it: %s', async (_name, fields) => {
    await own(fields)
    await helper(`[ "$1" = get ] && [ "$(cat)" = registry.example ] && echo '{"Username":"me","Secret":"${SECRET}"}'`)
    factsOf(await guarded(BASIC, 'Basic').look({ reference: IMAGE }, { env: env() }))
  })

  it('may keep an identity token', async () => {
    await own({ credsStore: 'test' })
    await helper(`echo '{"Username":"<token>","Secret":"${SECRET}"}'`)
    const registry = tokenGuarded((_, body) => new URLSearchParams(body).get('refresh_token') === SECRET)
    factsOf(await registry.look({ reference: IMAGE }, { env: env() }))
  })

  it.each([
    ['fails', `echo ${SECRET}; exit 3`, /docker-credential-test gave no login \(exit code 3\)/],
    ['keeps none', 'echo credentials not found in native keychain; exit 1', undefined],
  ])('that %s is said where it matters, without what it printed', async (_name, script, note) => {
    await own({ credsStore: 'test' })
    await helper(script)
    const look = await guarded(BASIC, 'Basic').look({ reference: IMAGE }, { env: env() })
    const next = look.seen === 'unseen' ? look.next.join('\n') : 'seen'
    if (note === undefined) expect(next).not.toContain('docker-credential')
    else expect(next).toMatch(note)
    expect(next).not.toContain(SECRET)
    factsOf(await filled().look({ reference: IMAGE }, { env: env() }))
  })

  it('that is not there is said', async () => {
    await own({ credsStore: 'none-such' })
    const look = await guarded(BASIC, 'Basic').look({ reference: IMAGE }, { env: env() })
    expect(look).toMatchObject({ next: expect.arrayContaining(['docker-credential-none-such could not be started']) })
  })

  it('is never one that a pull secret names', async () => {
    await helper(`touch ${join(home, 'started')}; echo '{"Username":"me","Secret":"${SECRET}"}'`)
    const secret = JSON.stringify({ credsStore: 'test', auths: { 'registry.example': {} } })
    const look = await guarded(BASIC, 'Basic').look({ reference: IMAGE, dockerConfigs: [secret] }, { env: env() })
    expect(look).toMatchObject({ seen: 'unseen' })
  })

  it('a configuration that is none is said where it matters', async () => {
    await writeFile(join(home, 'config.json'), 'hello')
    const look = await guarded(BASIC, 'Basic').look({ reference: IMAGE, dockerConfigs: ['[]'] }, { env: env() })
    expect(look).toMatchObject({
      next: expect.arrayContaining([
        'a pull secret holds no docker configuration',
        `${join(home, 'config.json')} is no docker configuration`,
      ]),
    })
  })
})
