import { describe, expect, it } from 'vitest'
import type { Application } from '../../../src/cli/contract.ts'
import { main } from '../../../src/cli/main.ts'
import { fakeApplication, PLAN, REPORT, STATUS } from '../fake-application.ts'
import { fakeIo } from '../fake-io.ts'

async function call(script: Partial<Application>, ...argv: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const io = fakeIo()
  const code = await main(argv, io, fakeApplication(script))
  return { code, out: io.out(), err: io.err() }
}

describe('status', () => {
  it('answers where, why, who, how far back, and what next', async () => {
    const { code, out } = await call({ status: async () => STATUS }, 'status', PLAN)
    expect(code).toBe(0)
    for (const words of [
      '✓ nomad-only ──▶ ● [both-running] ──▶ ○ k8s-only',
      'observed 2m10s of 5m to hold, 1m1s unobserved; 131 observations: 130 passed, 1 failed',
      'the soak holds',
      'the process was gone for 61s',
      'process 4711 on laptop, ben',
      '✓ the site: answered 200 in 9 ms',
      '? the old side: could not see: Nomad did not answer',
      'to nomad-only',
      'Went back  automatically to both-running',
      '    jmc-migrate rollback plans/site.yaml --to both-running',
    ]) {
      expect(out).toContain(words)
    }
  })

  it('says when there is no way back, and where the bundle is', async () => {
    const gone = {
      ...STATUS,
      report: { ...STATUS.report, rollback: { possible: false, why: 'the job is gone', bundle: 'a/bundle' } as const },
    }
    const { out } = await call({ status: async () => gone }, 'status', PLAN)
    expect(out).toContain('none: the job is gone')
    expect(out).toContain('a/bundle')
  })

  it('shows the commands of a stuck run unbroken', async () => {
    const stuck = { ...STATUS, report: { ...STATUS.report, mode: 'stuck', manual: ['kubectl delete x'] } as const }
    const { out } = await call({ status: async () => stuck }, 'status', PLAN)
    expect(out).toContain('stuck, needs a person')
    expect(out).toContain('    kubectl delete x')
  })

  it('of a plan that was never run says what to type', async () => {
    const { code, out } = await call({ status: async () => undefined }, 'status', PLAN, '--lab')
    expect(code).toBe(0)
    expect(out).toContain('No run of')
    expect(out).toContain(`jmc-migrate run ${PLAN} --lab --dry-run`)
  })

  it('of a plan that does not exist is a problem, not an absence', async () => {
    const { code, err } = await call({ status: async () => undefined }, 'status', 'plans/absent.yaml')
    expect(code).toBe(65)
    expect(err).toContain('there is no plan file plans/absent.yaml')
  })

  it('is one object with --json', async () => {
    const { out } = await call({ status: async () => STATUS }, 'status', PLAN, '--json')
    expect(JSON.parse(out)).toMatchObject({ schema: 1, type: 'status', status: { report: { mode: 'forward' } } })
  })

  it('names commands as they were typed through npx', async () => {
    const io = fakeIo({ env: { npm_command: 'exec' } })
    await main(['status', PLAN], io, fakeApplication({ status: async () => STATUS }))
    expect(io.out()).toContain('    npx jmc-migrate rollback')
  })
})

describe('rollback', () => {
  const dryRollback: Application['dryRollback'] = async () => ({
    from: 'k8s-only',
    to: 'nomad-only',
    steps: [{ step: 'cut-traffic', kind: 'switch-traefik-route', undo: ['take router k8s-jmc out'] }],
  })
  const report = { ...REPORT, cause: 'commanded' } as const
  const rolledBack = { outcome: 'rolled-back', state: 'nomad-only', cause: 'commanded', report } as const

  it('--dry-run shows what would be undone', async () => {
    const { code, out } = await call({ dryRollback }, 'rollback', PLAN, '--dry-run')
    expect(code).toBe(0)
    expect(out).toContain('k8s-only → nomad-only')
    expect(out).toContain('[1/1] undo cut-traffic')
    expect(out).toContain('take router k8s-jmc out')
  })

  it('--dry-run of what is not possible says why, exit 1', async () => {
    const { code, out } = await call(
      { dryRollback: async () => ({ from: 'a', to: 'b', steps: [], impossible: 'the job is gone; bundle: a/bundle' }) },
      'rollback',
      PLAN,
      '--dry-run',
    )
    expect(code).toBe(1)
    expect(out).toContain('a/bundle')
  })

  it('--yes goes back without a question, verified: exit 0', async () => {
    const { code, out } = await call(
      { rollback: async (_options, ui) => ((await ui.questions.approve([])) === 'yes' ? rolledBack : { outcome: 'declined', state: 'x' }) },
      'rollback',
      PLAN,
      '--yes',
    )
    expect(code).toBe(0)
    expect(out).toContain('Rolled back to both-running, verified')
  })

  it('the word of a person is for what was shown', async () => {
    const io = fakeIo({ tty: true })
    let asked: unknown
    const ended = main(
      ['rollback', PLAN],
      io,
      fakeApplication({
        dryRollback,
        rollback: async ({ shown }) => {
          asked = shown
          return rolledBack
        },
      }),
    )
    io.typed.write('yes\n')
    expect(await ended).toBe(0)
    expect(asked).toEqual(await dryRollback({ plan: PLAN, lab: false, labFaults: [] }))
  })

  it('without --yes and without a terminal shows it and stops, exit 64', async () => {
    const { code, out, err } = await call({ dryRollback }, 'rollback', PLAN)
    expect(code).toBe(64)
    expect(out).toContain('take router k8s-jmc out')
    expect(err).toContain('--yes')
  })

  it('that is not possible refuses with the reasons of the engine', async () => {
    const refusal = {
      outcome: 'failed',
      state: 'nomad-removed',
      problems: [{ code: 'no-way-back', summary: 'the job is gone', next: ['see a/bundle'] }],
    } as const
    const { code, err } = await call(
      { dryRollback: async () => ({ from: 'a', to: 'b', steps: [], impossible: 'gone' }), rollback: async () => refusal },
      'rollback',
      PLAN,
    )
    expect(code).toBe(1)
    expect(err).toContain('see a/bundle')
  })
})

describe('validate', () => {
  const location = { file: PLAN, line: 14, column: 5, text: '    roter: k8s-jmc', length: 5 }
  const unknown = {
    code: 'unknown-field',
    summary: 'step cut-traffic has no field "roter"',
    next: ['did you mean router?'],
    location,
    effect: 'no',
    exitCode: 65,
  } as const

  it('draws the line with a caret below the word', async () => {
    const { code, out } = await call({ validate: async ([path = '']) => [{ path, problems: [unknown], warnings: [] }] }, 'validate', PLAN)
    expect(code).toBe(65)
    expect(out).toContain(`at ${PLAN}:14:5\n  14 │     roter: k8s-jmc\n     │     ^^^^^\n`)
    expect(out).toContain('→ did you mean router?')
  })

  it('of several sums up, and goes on past the one that is not there', async () => {
    const { code, out } = await call(
      { validate: async (paths) => paths.map((path) => ({ path, name: 'site', steps: 6, problems: [], warnings: [] })) },
      'validate',
      PLAN,
      'plans/absent.yaml',
    )
    expect(code).toBe(65)
    expect(out).toContain('valid (site, 6 steps)')
    expect(out).toContain('2 plans, 1 valid, 1 invalid.')
  })

  it('gives one object a plan with --json', async () => {
    const { code, out } = await call(
      { validate: async (paths) => paths.map((path) => ({ path, problems: [], warnings: [] })) },
      'validate',
      PLAN,
      PLAN,
      '--json',
    )
    expect(code).toBe(0)
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { type: string }).type),
    ).toEqual(['validated', 'validated'])
  })
})

it('schema prints nothing but the schema', async () => {
  const { code, out } = await call({ schema: () => ({ type: 'object' }) }, 'schema')
  expect(code).toBe(0)
  expect(JSON.parse(out)).toEqual({ type: 'object' })
})

it('lab runs until the first signal, and that is its good end', async () => {
  const io = fakeIo()
  const lab: Application['lab'] = async (options, announce, until) => {
    expect(options).toMatchObject({ plan: PLAN, lab: true, labFaults: ['pods-crash'] })
    announce(['kubernetes https://127.0.0.1:1'])
    io.send('SIGINT')
    until.throwIfAborted()
  }
  expect(await main(['lab', PLAN, '--lab-fault', 'pods-crash'], io, fakeApplication({ lab }))).toBe(0)
  expect(io.out()).toBe('kubernetes https://127.0.0.1:1\n')
})
