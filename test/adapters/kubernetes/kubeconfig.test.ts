import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { fromKubeconfig } from '../../../src/adapters/kubernetes/kubeconfig.ts'
import { problemOf } from './port.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** A kubeconfig with one user; resolves to its path. */
async function kubeconfig(user: object, cluster: object = {}, name = 'config'): Promise<string> {
  const path = join(folder, name)
  const text = stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: 'https://c.test:6443', ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'one', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'one',
  })
  await writeFile(path, text)
  return path
}

async function plugin(script: string): Promise<string> {
  const path = join(folder, 'plugin')
  await writeFile(path, `#!/bin/sh\n${script}\n`)
  await chmod(path, 0o755)
  return path
}

const exec = (command: string, more: object = {}): object => ({
  exec: { apiVersion: 'client.authentication.k8s.io/v1', command, interactiveMode: 'Never', ...more },
})

describe('fromKubeconfig', () => {
  it('reads server, token and TLS', async () => {
    const path = await kubeconfig(
      { token: 'secret' },
      { 'certificate-authority-data': Buffer.from('CA').toString('base64'), 'tls-server-name': 'other.test' },
    )
    const connection = await fromKubeconfig({ kubeconfig: path })()
    expect(connection).toMatchObject({ server: 'https://c.test:6443', context: 'one', tls: { ca: 'CA', serverName: 'other.test' } })
    expect(await connection.headers()).toEqual({ authorization: 'Bearer secret' })
  })

  it('reads a client certificate, and passes an unverified server on as such', async () => {
    const data = (text: string): string => Buffer.from(text).toString('base64')
    const path = await kubeconfig(
      { 'client-certificate-data': data('CERT'), 'client-key-data': data('KEY') },
      { 'insecure-skip-tls-verify': true },
    )
    expect((await fromKubeconfig({ kubeconfig: path })()).tls).toEqual({ cert: 'CERT', key: 'KEY', insecureSkipVerify: true })
  })

  it('reads a token file afresh each time it connects', async () => {
    const tokenFile = join(folder, 'token')
    const connect = fromKubeconfig({ kubeconfig: await kubeconfig({ tokenFile }) })
    await writeFile(tokenFile, 'first\n')
    expect(await (await connect()).headers()).toEqual({ authorization: 'Bearer first' })
    expect((await connect()).renews).toBe('token')
    await writeFile(tokenFile, 'second\n')
    expect(await (await connect()).headers()).toEqual({ authorization: 'Bearer second' })
  })

  it('asks a plugin again when its token has ended, and reads a literal token and certificates once', async () => {
    const said = (token: string): string =>
      `echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"${token}","expirationTimestamp":"2020-01-01T00:00:00Z"}}'`
    const connection = await fromKubeconfig({ kubeconfig: await kubeconfig(exec(await plugin(said('first')))) })()
    expect(connection.renews).toBe('all')
    await plugin(said('second'))
    expect(await connection.headers()).toEqual({ authorization: 'Bearer second' })
    const authority = join(folder, 'authority')
    await writeFile(authority, 'CA')
    const fixed = await fromKubeconfig({ kubeconfig: await kubeconfig({ token: 'secret' }, { 'certificate-authority': authority }) })()
    expect(fixed.renews).toBeUndefined()
    await rm(authority)
    expect(await fixed.headers()).toEqual({ authorization: 'Bearer secret' })
  })

  it('runs an exec plugin with the variable that client-go gives it', async () => {
    const seen = join(folder, 'seen')
    const command = await plugin(
      `printf %s "$KUBERNETES_EXEC_INFO" > ${seen}\necho '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"from-plugin"}}'`,
    )
    const connection = await fromKubeconfig({ kubeconfig: await kubeconfig(exec(command, { provideClusterInfo: true })) })()
    expect(await connection.headers()).toEqual({ authorization: 'Bearer from-plugin' })
    expect(JSON.parse(await readFile(seen, 'utf8'))).toMatchObject({
      kind: 'ExecCredential',
      spec: { interactive: false, cluster: { server: 'https://c.test:6443' } },
    })
  })

  it('gives the plugin’s own hint when it is not installed', async () => {
    const path = await kubeconfig(exec(join(folder, 'not-there'), { installHint: 'get it with: apt install not-there' }))
    const problem = await problemOf(fromKubeconfig({ kubeconfig: path })())
    expect(problem).toMatchObject({ code: 'kubernetes-exec-plugin-missing', effect: 'no' })
    expect(problem.next[0]).toBe('get it with: apt install not-there')
  })

  it('shows what a plugin said that gave no credentials', async () => {
    const path = await kubeconfig(exec(await plugin('echo "please log in" >&2; exit 1')))
    expect(await problemOf(fromKubeconfig({ kubeconfig: path })())).toMatchObject({
      code: 'kubernetes-exec-plugin-failed',
      details: ['please log in'],
    })
  })

  it('lists the contexts there are', async () => {
    const path = await kubeconfig({ token: 'x' })
    expect(await problemOf(fromKubeconfig({ kubeconfig: path, context: 'two' })())).toMatchObject({
      code: 'kubeconfig-context-missing',
      details: ['it has: one'],
    })
  })

  it.each([
    ['is not there', async () => join(folder, 'nowhere')],
    [
      'is no YAML',
      async () => {
        await writeFile(join(folder, 'broken'), 'a: [')
        return join(folder, 'broken')
      },
    ],
    [
      'names a certificate that is not there',
      () => kubeconfig({ 'client-certificate': join(folder, 'no.crt'), 'client-key': join(folder, 'no.key') }),
    ],
  ])('says what is wrong with a file that %s', async (_, make) => {
    expect(await problemOf(fromKubeconfig({ kubeconfig: await make() })())).toMatchObject({ code: 'kubeconfig-unusable', effect: 'no' })
  })
})

describe('several kubeconfigs', () => {
  it('passes over those that are not there; of each name the first counts', async () => {
    const first = await kubeconfig({ token: 'first' }, {}, 'first')
    const second = await kubeconfig({ token: 'second' }, {}, 'second')
    const choice = { kubeconfig: [join(folder, 'nowhere'), first, second].join(delimiter) }
    expect(await (await fromKubeconfig(choice)()).headers()).toEqual({ authorization: 'Bearer first' })
  })
})
