import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { Secrets } from '../../../src/adapters/secrets/secrets.ts'
import { createSecrets } from '../../../src/adapters/secrets/secrets.ts'
import type { CommandOutcome } from '../../../src/adapters/secrets/shell-command.ts'
import { ProblemError } from '../../../src/domain/problem.ts'
import { temporaryFolder } from '../child.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => folder.remove())

const secrets = (env: Record<string, string | undefined>, runCommand?: (line: string) => Promise<CommandOutcome>): Secrets =>
  createSecrets({ env, baseDirectory: folder.path, ...(runCommand && { runCommand }) })

describe('resolving', () => {
  it('leaves text without references as it is', async () => {
    expect(await secrets({}).resolve('http://127.0.0.1:4646/$HOME/{x}', 'targets.nomad.address')).toBe('http://127.0.0.1:4646/$HOME/{x}')
  })

  it('fills in variables, several too', async () => {
    expect(await secrets({ HOST: 'nomad', PORT: '4646' }).resolve('http://${env:HOST}:${env:PORT}/', 'x')).toBe('http://nomad:4646/')
  })

  it('an empty value is none, wherever it should come from', async () => {
    await writeFile(join(folder.path, 'empty'), '\n')
    const some = secrets({ NOMAD_TOKEN: '' })
    await expect(some.resolve('${env:NOMAD_TOKEN}', 'targets.nomad.token')).rejects.toMatchObject({
      problem: { code: 'empty-value', summary: 'targets.nomad.token: the environment variable NOMAD_TOKEN is empty', effect: 'no' },
    })
    await expect(some.resolve('a${file:empty}', 'x')).rejects.toMatchObject({
      problem: { code: 'empty-value', summary: 'x: the file empty is empty' },
    })
  })

  it('names the variable that is not set, and the field', async () => {
    await expect(secrets({}).resolve('${env:NOMAD_TOKEN}', 'targets.nomad.token')).rejects.toMatchObject({
      problem: {
        code: 'unset-variable',
        exitCode: 1,
        summary: 'targets.nomad.token: the environment variable NOMAD_TOKEN is not set',
        next: ['set it: export NOMAD_TOKEN=…'],
      },
    })
  })

  it('reads files relative to the plan, absolute, and in the home; one newline at the end is none of theirs', async () => {
    await mkdir(join(folder.path, 'home'))
    for (const [name, text] of [
      ['token', 'one\n'],
      ['home/token', 'two\r\n'],
      ['lines', 'a\nb\n\n'],
    ] as const) {
      await writeFile(join(folder.path, name), text)
    }
    const some = secrets({ HOME: join(folder.path, 'home') })
    expect(await some.resolve('${file:token}', 'x')).toBe('one')
    expect(await some.resolve(`\${file:${folder.path}/token}`, 'x')).toBe('one')
    expect(await some.resolve('${file:~/token}', 'x')).toBe('two')
    expect(await some.resolve('${file:lines}', 'x')).toBe('a\nb\n')
  })

  it('says which file is missing', async () => {
    await expect(secrets({}).resolve('${file:none}', 'targets.nomad.token')).rejects.toMatchObject({
      problem: {
        code: 'no-such-file',
        summary: expect.stringContaining(join(folder.path, 'none')),
        attempted: 'resolve targets.nomad.token',
      },
    })
  })

  it("runs commands in the plan's folder, braces and all", async () => {
    await writeFile(join(folder.path, 'data'), 'first second\n')
    expect(await secrets({}).resolve("Bearer ${command:awk '{print $2}' data}", 'x')).toBe('Bearer second')
  })

  it("shows a failing command's errors, redacted, and never what it printed", async () => {
    const some = secrets({ TOKEN: 'hunter22' })
    await some.resolve('${env:TOKEN}', 'x')
    const thrown: unknown = await some
      .resolve('${command:echo leaked; echo bad hunter22 >&2; exit 3}', 'targets.nomad.token')
      .catch((error: unknown) => error)
    if (!(thrown instanceof ProblemError)) throw new Error('expected a problem')
    expect(thrown.problem).toMatchObject({ code: 'command-failed', exitCode: 1, details: ['bad ${env:TOKEN}'] })
    expect(thrown.problem.summary).toMatch(/gave no value: it ended with exit code 3$/)
    expect(JSON.stringify({ ...thrown.problem, summary: '' })).not.toContain('leaked')
  })

  it('takes no silence for a value', async () => {
    await expect(secrets({}).resolve('${command:true}', 'x')).rejects.toMatchObject({
      problem: { code: 'command-failed', summary: expect.stringContaining('it printed nothing') },
    })
  })

  it('asks again each time: a token may have changed', async () => {
    let count = 0
    const some = secrets({}, () => Promise.resolve({ stdout: `token-${++count}\n`, stderr: '' }))
    expect([await some.resolve('${command:x}', 'x'), await some.resolve('${command:x}', 'x')]).toEqual(['token-1', 'token-2'])
    expect(some.redact('token-1 token-2')).toBe('${command:x} ${command:x}')
  })

  it.each(['${env:A', '${A}', '${vault:a}', '${env:}', '${file: }'])('refuses the malformed %s', async (template) => {
    await expect(secrets({ A: 'a' }).resolve(template, 'x')).rejects.toMatchObject({ problem: { code: 'bad-template' } })
  })
})

describe('redacting', () => {
  const resolved = async (value: string): Promise<Secrets> => {
    const some = secrets({ S: value })
    await some.resolve('${env:S}', 'x')
    return some
  }

  it('puts the place a value came from in its place', async () => {
    expect((await resolved('s3cr3t')).redact('token s3cr3t refused')).toBe('token ${env:S} refused')
  })

  it('leaves short values and those said to be no secret', async () => {
    expect((await resolved('abc')).redact('abc')).toBe('abc')
    const some = secrets({ NS: 'default' })
    expect(await some.resolve('${env:NS}', 'x', { secret: false })).toBe('default')
    expect(some.redact('namespace default')).toBe('namespace default')
  })

  it('knows nothing of text that was never resolved', () => {
    expect(secrets({ S: 's3cr3t' }).redact('s3cr3t')).toBe('s3cr3t')
  })

  it('finds a line of a secret of several lines, but no common ones', async () => {
    const some = await resolved('-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG\n}\n-----END KEY-----')
    expect(some.redact('near MIIEvQIBADANBgkqhkiG: -----BEGIN KEY----- }')).toBe('near ${env:S}: -----BEGIN KEY----- }')
  })

  it('leaves no end standing of secrets that overlap', async () => {
    const some = secrets({ A: 'abcdef', B: 'defghi' })
    await some.resolve('${env:A}${env:B}', 'x')
    expect(some.redact('xabcdefghiy')).toBe('x${env:A}y')
    expect((await resolved('abab')).redact('xabababy')).toBe('x${env:S}y')
  })

  it('keeps JSON intact, whatever the command was', async () => {
    const some = secrets({}, () => Promise.resolve({ stdout: 'hunter22', stderr: '' }))
    await some.resolve('${command:say "\\n"}', 'x')
    expect(JSON.parse(some.redact(JSON.stringify({ token: 'hunter22' })))).toEqual({ token: '${command:say ??n?}' })
  })

  /** Secrets without characters of a label, so that "not in there" can be asked. */
  const secret = fc
    .string({ minLength: 4, maxLength: 40, unit: 'grapheme' })
    .filter((value) => !/^[\s$envS:{}.]*$/.test(value) && !'${env:S}'.includes(value))

  it.each<[string, (value: string) => string]>([
    ['as it is', (value) => value],
    ['in JSON', (value) => JSON.stringify({ a: value })],
    ['in JSON in JSON', (value) => JSON.stringify(JSON.stringify(value))],
    ['in a URL', (value) => `https://x/?t=${encodeURIComponent(value)}&u=1`],
    ['in a form', (value) => new URLSearchParams({ t: value }).toString()],
    ['in base64', (value) => Buffer.from(value).toString('base64')],
    ['in base64url', (value) => `x.${Buffer.from(value).toString('base64url')}.y`],
  ])('removes any secret %s', async (_form, show) => {
    await fc.assert(
      fc.asyncProperty(secret, fc.string({ maxLength: 10 }), async (value, around) => {
        const some = await resolved(value)
        const shown = show(value)
        expect(some.redact(`${around}\u0001${shown}\u0001${around}`)).not.toContain(shown)
        const twice = some.redact(some.redact(shown))
        expect(twice).toBe(some.redact(shown))
      }),
      { numRuns: 60 },
    )
  })

  it('removes the certain part of a secret from the base64 of basic authentication', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ minLength: 12, maxLength: 30, unit: 'binary-ascii' }),
        fc.string({ maxLength: 7, unit: 'binary-ascii' }),
        async (value, user) => {
          const header = Buffer.from(`${user}:${value}x`).toString('base64')
          const cleaned = (await resolved(value)).redact(`Basic ${header}`)
          expect(cleaned).toContain('${env:S}')
          // At most the characters at the edges, which hold bits of the neighbours, are left.
          const left = cleaned.replace('Basic ', '').replace('${env:S}', '')
          expect(left.length).toBeLessThanOrEqual(Math.ceil(((user.length + 1) * 4) / 3) + 1 + 6)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('changes nothing else', async () => {
    const some = await resolved('s3cr3t-value')
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!text.includes('s3cr3t'))
        expect(some.redact(text)).toBe(text)
      }),
    )
  })
})
