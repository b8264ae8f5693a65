import { expect, test } from 'vitest'
import { createSecrets } from '../../../src/adapters/secrets/secrets.ts'
import { resolveTargets } from '../../../src/cli/wire/resolve-targets.ts'
import type { NomadTarget } from '../../../src/domain/plan.ts'
import { PLAN } from '../../steps/context.ts'

const nomadOf = async (nomad: NomadTarget, env: Readonly<Record<string, string>>) => {
  const secrets = createSecrets({ env, baseDirectory: '/' })
  const plan = { ...PLAN, targets: { nomad, hosts: {} } }
  return (await resolveTargets(plan, { resolve: (text, where) => secrets.resolve(text, where), env, directory: '/' })).nomad
}

const EMPTY = { NOMAD_ADDR: '', NOMAD_TOKEN: '', NOMAD_NAMESPACE: '', NOMAD_REGION: '', NOMAD_CACERT: '' }
const DEFAULT = { address: 'http://127.0.0.1:4646' }

test("an empty variable of Nomad's is as good as none, as its own command line has it", async () => {
  expect(await nomadOf({}, EMPTY)).toEqual(DEFAULT)
  expect(await nomadOf({}, { ...EMPTY, NOMAD_REGION: 'eu' })).toEqual({ ...DEFAULT, region: 'eu' })
})

test('a token whose variable is set and empty is none: ACLs are off', async () => {
  expect(await nomadOf({ token: '${env:NOMAD_TOKEN}' }, EMPTY)).toEqual(DEFAULT)
  expect(await nomadOf({ token: '${env:NOMAD_TOKEN}' }, { NOMAD_TOKEN: 'abc' })).toEqual({ ...DEFAULT, token: 'abc' })
})

test('one that is not set was forgotten; any other field needs its value', async () => {
  await expect(nomadOf({ token: '${env:NOMAD_TOKEN}' }, {})).rejects.toMatchObject({ problem: { code: 'unset-variable' } })
  await expect(nomadOf({ address: '${env:NOMAD_ADDR}' }, EMPTY)).rejects.toMatchObject({ problem: { code: 'empty-value' } })
})
