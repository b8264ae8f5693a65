import { describe, expect, it } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { VERSION } from '../../src/cli/version.ts'
import { ProblemError } from '../../src/domain/problem.ts'
import { fakeApplication, PLAN } from './fake-application.ts'
import { fakeIo } from './fake-io.ts'

const never = async (): Promise<never> => {
  throw new Error('the application must not be built for this')
}

async function call(...argv: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const io = fakeIo()
  const code = await main(argv, io, never)
  return { code, out: io.out(), err: io.err() }
}

describe('help and version', () => {
  it('answers the version without building anything', async () => {
    expect(await call('--version')).toEqual({ code: 0, out: `${VERSION}\n`, err: '' })
  })

  it('explains commands, examples and exit codes', async () => {
    const { code, out } = await call('--help')
    expect(code).toBe(0)
    for (const word of ['run [options] <plan>', 'rollback', 'status', 'validate', 'schema', 'lab', 'Examples:', 'Exit codes:', '130']) {
      expect(out).toContain(word)
    }
  })

  it('explains one command with its own and the global flags', async () => {
    const { code, out } = await call('help', 'run')
    expect(code).toBe(0)
    for (const word of ['--dry-run', '--confirm <name>', '--detailed-exitcode', '--no-color', 'pods-crash', 'Examples:'])
      expect(out).toContain(word)
  })

  it('says what there is when nothing was asked', async () => {
    const { code, err } = await call()
    expect(code).toBe(64)
    expect(err).toContain('no command was given')
    expect(err).toContain('Usage: jmc-migrate')
  })
})

describe('a mistake on the command line', () => {
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['a command', ['rnu', PLAN], ["unknown command 'rnu'", 'did you mean run?']],
    ['an option', ['run', PLAN, '--dry-rnu'], ["unknown option '--dry-rnu'", 'did you mean --dry-run?', 'jmc-migrate help run']],
    ['no plan', ['run'], ["missing required argument 'plan'"]],
    ['two plans', ['run', PLAN, PLAN], ['too many arguments']],
    ['an unknown fault', ['run', PLAN, '--lab', '--lab-fault', 'pods-crsh'], ['pods-crsh', 'pods-crash']],
    ['--out alone', ['run', PLAN, '--out', 'x'], ['--out saves a dry run', 'add --dry-run']],
    ['--detailed-exitcode alone', ['run', PLAN, '--detailed-exitcode'], ['add --dry-run']],
    ['--preview with --dry-run', ['run', PLAN, '--dry-run', '--preview', 'x'], ['--preview carries out']],
    ['--amend with --dry-run', ['run', PLAN, '--dry-run', '--amend'], ['leave --amend away']],
    ['--confirm with --dry-run', ['run', PLAN, '--dry-run', '--confirm', 'x'], ['leave --confirm away']],
    ['--lab-fault without --lab', ['run', PLAN, '--lab-fault', 'pods-crash'], ['add --lab']],
    ['--quiet with --verbose', ['status', PLAN, '--quiet', '--verbose'], ['contradict']],
    ['an empty value', ['rollback', PLAN, '--to', ''], ['--to is empty']],
  ]
  it.each(cases)('%s: exit 64, says what to do, builds nothing', async (_name, argv, words) => {
    const { code, out, err } = await call(...argv)
    expect(code).toBe(64)
    expect(out).toBe('')
    for (const word of words) expect(err).toContain(word)
  })

  it('names all contradictions at once', async () => {
    const { err } = await call('run', PLAN, '--out', 'x', '--lab-fault', 'pods-crash')
    expect(err).toContain('--out')
    expect(err).toContain('--lab-fault')
    expect(err).toContain('2 problems.')
  })

  it('is JSON with --json, and nothing else', async () => {
    const { code, out, err } = await call('run', PLAN, '--json', '--dry-rnu')
    expect(code).toBe(64)
    expect(err).toBe('')
    expect(JSON.parse(out)).toMatchObject({ schema: 1, type: 'problems', problems: [{ code: 'usage' }] })
  })
})

describe('a plan that is not there', () => {
  const application = fakeApplication({ validate: async () => [] })
  it.each([
    ['run', 'plans/absent.yaml'],
    ['run', 'plans'],
    ['validate', 'plans/absent.yaml'],
    ['run', '--dry-run', 'absent/absent.yaml'],
  ])('%s %s: names the plans there are', async (...argv) => {
    const io = fakeIo()
    expect(await main(argv, io, application)).toBe(65)
    expect(io.out() + io.err()).toContain(PLAN)
  })
})

describe('an application that rejects', () => {
  const failing = (error: unknown) => fakeApplication({ status: async () => Promise.reject(error) })

  it('has its problems printed and its exit code kept', async () => {
    const io = fakeIo()
    const error = new ProblemError({ code: 'journal-damaged', summary: 'record 7 is damaged', next: ['restore it'], exitCode: 6 })
    expect(await main(['status', PLAN], io, failing(error))).toBe(6)
    expect(io.err()).toContain('error[journal-damaged] record 7 is damaged')
    expect(io.err()).toContain('→ restore it')
  })

  it('with a bug of ours is called that', async () => {
    const io = fakeIo()
    expect(await main(['status', PLAN], io, failing(new TypeError('x is not a function')))).toBe(1)
    expect(io.err()).toContain('this is a bug in jmc-migrate')
  })
})

it('a flag of all commands may stand before and after the command', async () => {
  for (const argv of [
    ['--no-color', 'status', PLAN],
    ['status', '--no-color', PLAN],
    ['status', PLAN, '--no-color'],
  ]) {
    const io = fakeIo({ env: { FORCE_COLOR: '1' } })
    expect(await main(argv, io, fakeApplication({ status: async () => undefined }))).toBe(0)
    expect(io.out()).not.toContain('\u001B[')
  }
})
