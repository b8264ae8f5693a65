import type { Problem } from '../domain/problem.ts'
import type { Io, Output } from './io.ts'
import { isLive, wantsColour } from './io.ts'
import { jsonLine } from './render/json-line.ts'
import type { Page } from './render/page.ts'
import { createPage } from './render/page.ts'
import { paragraph } from './render/paragraph.ts'
import { problemsLines } from './render/problem.ts'

/** Flags that every command has. */
export interface General {
  readonly json: boolean
  readonly quiet: boolean
  readonly verbose: boolean
  readonly colour: boolean
}

/** Where a command's words go: results to stdout, problems to stderr; with --json one object a line on stdout and nothing else. */
export interface Screen {
  readonly page: Page
  /** Lines for a person; nothing with --json. */
  print(lines: readonly string[]): void
  /** One object for a program; nothing without --json. */
  json(type: string, members: object): void
  problems(problems: readonly Problem[]): void
  /** A remark for a person beside the result (stderr); nothing with --json. */
  remark(text: string): void
}

export function createScreen(io: Io, general: General): Screen {
  const page = pageOf(io.stdout, io, general)
  const errorPage = pageOf(io.stderr, io, general)
  const write = (output: Output, lines: readonly string[]): void => {
    if (lines.length > 0) output.write(`${lines.join('\n')}\n`)
  }
  return {
    page,
    print: (lines) => {
      if (!general.json) write(io.stdout, lines)
    },
    json: (type, members) => {
      if (general.json) write(io.stdout, [jsonLine(type, io.now(), members)])
    },
    problems: (problems) => {
      if (general.json) write(io.stdout, [jsonLine('problems', io.now(), { problems })])
      else write(io.stderr, problemsLines(errorPage, problems))
    },
    remark: (text) => {
      if (!general.json) write(io.stderr, paragraph(errorPage, text))
    },
  }
}

/** A terminal is as wide as it says; a pipe has no width, and its reader wraps. */
function pageOf(output: Output, io: Io, general: General): Page {
  return createPage({
    width: isLive(output, io.env) ? (output.columns ?? 80) : Infinity,
    colour: !general.json && wantsColour(output, io.env, general.colour),
    verbose: general.verbose,
    throughNpx: io.env['npm_command'] === 'exec',
  })
}
