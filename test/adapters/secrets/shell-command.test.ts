import { describe, expect, it } from 'vitest'

import { createShell } from '../../../src/adapters/secrets/shell-command.ts'

describe('shell', () => {
  it('gives what the command printed, as it printed it', async () => {
    expect(await createShell()('printf "a\\n\\n"; echo w >&2')).toEqual({ stdout: 'a\n\n', stderr: 'w\n' })
  })

  it('gives it no input: a command that reads ends at once', async () => {
    expect(await createShell()('cat')).toEqual({ stdout: '', stderr: '' })
  })

  it.each([
    ['exit 7', 'it ended with exit code 7'],
    ['no-such-command-at-all', 'it ended with exit code 127'],
    ['kill -KILL $$', 'it was ended by SIGKILL'],
  ])('says how `%s` failed', async (command, failure) => {
    expect(await createShell()(command)).toMatchObject({ failure })
  })

  it('gives up at the timeout, also on a grandchild that keeps the output open', async () => {
    const outcome = await createShell({ timeoutMs: 300 })('sleep 60 & echo $!; wait')
    process.kill(Number(outcome.stdout.trim()), 'SIGKILL')
    expect(outcome).toMatchObject({ failure: 'it did not end within 0.3 s' })
  })
})
