import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAskHelper } from '../../../src/adapters/registry/credential-program.ts'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'jmc-credential-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

async function helper(name: string, script: string): Promise<void> {
  const path = join(folder, `docker-credential-${name}`)
  await writeFile(path, `#!/bin/sh\n${script}\n`)
  await chmod(path, 0o755)
}
const ask = (name: string, timeoutMs?: number) =>
  createAskHelper({ PATH: `${folder}:${process.env['PATH']}` }, timeoutMs)(name, 'registry.test')

test('its answer is a login', async () => {
  await helper('good', `echo '{"Username":"me","Secret":"s"}'`)
  expect(await ask('good')).toMatchObject({ credential: { kind: 'password', username: 'me' } })
})

test('its time-out ends the wait also where something that it started holds its output', async () => {
  await helper('slow', 'sleep 20 & exec sleep 20')
  expect(await ask('slow', 300)).toEqual({ credential: undefined, failure: 'docker-credential-slow did not end within 0.3 s' })
}, 10_000)
