import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { resolve } from 'node:path'

import { ProblemError } from '../../domain/problem.ts'
import type { TemplateScheme } from '../../domain/template.ts'
import { templateParts } from '../../domain/template.ts'
import { onDisk } from '../system/disk-problem.ts'
import { createRedaction } from './redaction.ts'
import type { RunCommand } from './shell-command.ts'
import { createShell } from './shell-command.ts'

export interface SecretsOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The plan's folder: relative files are below it and commands run in it. */
  readonly baseDirectory: string
  /** `sh -c` in the plan's folder unless told. */
  readonly runCommand?: RunCommand
}

export interface Secrets {
  /**
   * The template with its references filled in. `where` is the field, for problems (`targets.nomad.token`). What was filled in is redacted
   * from then on, unless `secret: false` says that it is none: a namespace or a path would only blacken what people must read. Rejects with
   * `unset-variable`, `empty-value`, `command-failed`, `bad-template`, or what the disk says of a file.
   */
  resolve(template: string, where: string, options?: { readonly secret?: boolean }): Promise<string>
  /** Text without the values resolved so far (of 4 characters or more), also in their base64, URL and JSON forms. */
  redact(text: string): string
}

/** Resolves `${env:NAME}`, `${file:PATH}` and `${command:LINE}`, late and on each call; remembers values only to redact them. */
export function createSecrets({ env, baseDirectory, runCommand = createShell({ cwd: baseDirectory }) }: SecretsOptions): Secrets {
  const redaction = createRedaction()

  function fromEnvironment(name: string, where: string): string {
    const value = env[name]
    if (value === '')
      throw refusal('empty-value', `${where}: the environment variable ${name} is empty`, where, [`set it: export ${name}=…`])
    if (value !== undefined) return value
    throw refusal('unset-variable', `${where}: the environment variable ${name} is not set`, where, [`set it: export ${name}=…`])
  }

  async function fromFile(path: string, where: string): Promise<string> {
    const home = path === '~' || path.startsWith('~/') ? `${env['HOME'] ?? homedir()}${path.slice(1)}` : path
    const absolute = resolve(baseDirectory, home)
    const value = await onDisk(`resolve ${where}`, absolute, async () => (await readFile(absolute, 'utf8')).replace(/\r?\n$/, ''))
    if (value !== '') return value
    throw refusal('empty-value', `${where}: the file ${path} is empty`, where, ['write the value into it'])
  }

  async function fromCommand(command: string, where: string): Promise<string> {
    const { stdout, stderr, failure } = await runCommand(command)
    const value = stdout.replace(/(\r?\n)+$/, '')
    const wrong = failure ?? (value === '' ? 'it printed nothing' : undefined)
    if (wrong === undefined) return value
    const tail = redaction.redact(stderr).trimEnd().split('\n').slice(-5)
    throw refusal(
      'command-failed',
      `${where}: the command \`${command}\` gave no value: ${wrong}`,
      where,
      ['run it yourself in the folder of the plan'],
      tail,
    )
  }

  const lookUp = async (source: TemplateScheme, argument: string, where: string): Promise<string> => {
    if (source === 'env') return fromEnvironment(argument, where)
    return source === 'file' ? fromFile(argument, where) : fromCommand(argument, where)
  }

  return {
    resolve: async (template, where, { secret = true } = {}) => {
      const parts = templateParts(template)
      if (parts.some(({ part }) => part === 'mistake')) {
        throw refusal('bad-template', `${where}: the template ${JSON.stringify(template)} is malformed`, where, [
          'write ${env:NAME}, ${file:PATH} or ${command:LINE}',
        ])
      }
      let result = ''
      for (const part of parts) {
        if (part.part === 'text') result += part.text
        if (part.part !== 'reference') continue
        const value = await lookUp(part.scheme, part.argument, where)
        if (secret) redaction.add(value, labelOf(template.slice(part.start, part.end)))
        result += value
      }
      return result
    },
    redact: (text) => redaction.redact(text),
  }
}

/** What stands in place of a secret: where it came from, in characters that break neither JSON nor a line. */
const labelOf = (written: string): string => written.replace(/["\\\p{Control}]/gu, '?')

function refusal(code: string, summary: string, where: string, next: readonly string[], details: readonly string[] = []): ProblemError {
  const shown = details.filter((line) => line !== '')
  return new ProblemError({
    code,
    summary,
    attempted: `resolve ${where}`,
    ...(shown.length > 0 && { details: shown }),
    next,
    effect: 'no',
    exitCode: 1,
  })
}
