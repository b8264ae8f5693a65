import { execa } from 'execa'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  commandArguments,
  controlArguments,
  forwardArguments,
  masterArguments,
  quote,
  remoteCommandLine,
  tunnelArguments,
} from '../../../src/adapters/ssh/command-line.ts'

const TO = { ssh: 'hestia', sshConfig: undefined }

describe('quoting for the remote shell', () => {
  it('gives every word to a real sh unchanged', async () => {
    const words = fc.sample(
      fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
      200,
    )
    const all = [...words, '', "it's", '$(id)', '`id`', '"', '\\', '-n', 'a\nb', '~', '*', '!x']
    const { stdout } = await execa('sh', ['-c', `printf '%s\\0' ${all.map(quote).join(' ')}`])
    expect(stdout.split('\0').slice(0, -1)).toEqual(all)
  })

  it('puts sudo before sh, never asking', () => {
    const command = { script: 'exit 0', operation: 'describe', nonce: 'n', args: ['/a b'] }
    expect(remoteCommandLine({ ...command, become: 'sudo' })).toBe("sudo -n -- sh -c 'exit 0' jmc-migrate describe n '/a b'")
    expect(remoteCommandLine({ ...command, become: undefined })).toBe("sh -c 'exit 0' jmc-migrate describe n '/a b'")
  })
})

describe('the arguments of ssh', () => {
  const everyKind = [
    commandArguments(TO, 'true'),
    commandArguments(TO, 'true', '/tmp/x/s'),
    masterArguments(TO, '/tmp/x/s', 'true'),
    tunnelArguments(TO, '/tmp/x/t', { host: '127.0.0.1', port: 8080 }, 'true'),
  ]

  it('never relax host keys, and never ask a person', () => {
    for (const args of everyKind) {
      expect(args).toEqual(
        expect.arrayContaining([
          'BatchMode=yes',
          'StrictHostKeyChecking=yes',
          'ConnectTimeout=10',
          'ServerAliveInterval=5',
          'ServerAliveCountMax=3',
        ]),
      )
      expect(args.join(' ')).not.toMatch(/accept-new|KnownHostsFile|StrictHostKeyChecking=(no|off|ask)/)
      expect(args.slice(-3)).toEqual(['--', 'hestia', 'true'])
    }
  })

  it('are understood by the real ssh', async () => {
    for (const args of [...everyKind, commandArguments(TO, 'true', '/tmp/a b%/s')]) {
      const { stdout, exitCode, stderr } = await execa('ssh', ['-G', '-F', '/dev/null', ...args], { reject: false })
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
      expect(stdout).toMatch(/^hostname hestia$/m)
      if (args.includes('BatchMode=yes')) expect(stdout).toMatch(/^stricthostkeychecking true$/m)
    }
  })

  it('ask the shared connection without a look into any ssh_config, whose forwards would be asked for as well', async () => {
    const address = { host: '127.0.0.1', port: 8080 }
    for (const args of [controlArguments('/tmp/a b%/s', 'check'), forwardArguments('/tmp/a b%/s', 'forward', '/tmp/t', address)]) {
      expect(args.slice(0, 2)).toEqual(['-F', 'none'])
      expect(await execa('ssh', args, { reject: false })).toMatchObject({
        exitCode: 255,
        stderr: expect.stringContaining('Control socket connect(/tmp/a b%/s): No such file or directory'),
      })
    }
  })

  it('put an IPv6 address of a tunnel in brackets', () => {
    expect(tunnelArguments(TO, '/tmp/t', { host: '::1', port: 8080 }, 'true')).toContain('/tmp/t:[::1]:8080')
  })
})
