import { once } from 'node:events'
import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Application, DryRun, UserInterface } from '../../../src/cli/contract.ts'
import { main } from '../../../src/cli/main.ts'
import type { RunResult } from '../../../src/domain/event.ts'
import { DRY_RUN, fakeApplication, PLAN, PURGE, REPORT, runThat, STARTED } from '../fake-application.ts'
import { fakeIo } from '../fake-io.ts'

const DONE: RunResult = { outcome: 'done', state: 'k8s-only' }

async function runWith(run: Application['run'], ...argv: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const io = fakeIo()
  const code = await main(['run', PLAN, ...argv], io, fakeApplication({ run }))
  return { code, out: io.out(), err: io.err() }
}

describe('how a run ends', () => {
  it('done: the state, and how to look and go back', async () => {
    const { code, out } = await runWith(runThat(DONE), '--yes', '--lab', '--state-dir', 'my state')
    expect(code).toBe(0)
    expect(out).toContain('Done: k8s-only reached')
    expect(out).toContain(`jmc-migrate rollback ${PLAN} --lab --state-dir 'my state'\n`)
  })

  it('done past the boundary: names the bundle and offers no rollback', async () => {
    const { out } = await runWith(runThat({ outcome: 'done', state: 'nomad-removed', bundle: 'a/bundle' }), '--yes', '--lab')
    expect(out).toContain('a/bundle')
    expect(out).not.toContain('jmc-migrate rollback')
  })

  it('rolled back automatically: where to, how verified, why, what visitors noticed, what was undone and left', async () => {
    const { code, out } = await runWith(
      runThat({ outcome: 'rolled-back', state: 'both-running', cause: 'automatic', report: REPORT }),
      '--yes',
    )
    expect(code).toBe(4)
    for (const words of [
      'Rolled back automatically to both-running, verified, in 4.2s (from k8s-only)',
      'step soak failed: the body lacks "Jayne Martin"',
      'router k8s-jmc@file won',
      'router jmc@consulcatalog wins',
      '2 of our own 140 observations as a visitor got a wrong answer, over 1.2s',
      'router k8s-jmc taken out',
      'Namespace web',
      `jmc-migrate status ${PLAN}`,
    ]) {
      expect(out).toContain(words)
    }
  })

  it('never claims that visitors were fine when nobody looked', async () => {
    const report = { ...REPORT, visitors: { observations: 0, wrong: 0, wrongForMs: 0 } }
    const back: RunResult = { outcome: 'rolled-back', state: 'a', cause: 'commanded', report }
    const { out } = await runWith(runThat({ ...back, visitors: { seen: false, why: 'no answer in time' } }), '--yes')
    expect(out).toContain('nothing is known')
    expect(out).toContain('not seen: no answer in time')
    // A plan without visitors has nothing to say of them.
    expect((await runWith(runThat(back), '--yes')).out).not.toContain('Visitors')
  })

  it('paused: why, and what to type', async () => {
    const result: RunResult = {
      outcome: 'paused',
      state: 'k8s-only',
      step: 'soak',
      reason: 'Nomad is gone',
      evidence: ['connection refused'],
      next: ['jmc-migrate run x'],
    }
    const { code, out } = await runWith(runThat(result), '--yes')
    expect(code).toBe(3)
    for (const words of ['Paused at k8s-only, in step soak', 'Nomad is gone', 'connection refused', '    jmc-migrate run x\n'])
      expect(out).toContain(words)
  })

  it('stuck: the exact commands, unbroken on a narrow terminal too', async () => {
    const manual = `ssh hestia "sudo cp '/mnt/docker/traefik/backup of dynamic_conf.yml' /mnt/docker/traefik/traefik/dynamic_conf.yml"`
    const result: RunResult = {
      outcome: 'stuck',
      state: 'k8s-only',
      step: 'cut-traffic',
      problem: { code: 'edge-write-failed', summary: 'no', next: [] },
      manual: [manual],
    }
    const io = fakeIo({ tty: true, columns: 40 })
    const code = await main(['run', PLAN, '--yes', '--quiet'], io, fakeApplication({ run: runThat(result) }))
    expect(code).toBe(5)
    expect(io.out()).toContain(`    ${manual}\n`)
  })

  it('failed: problems on stderr, their exit code, where it stays', async () => {
    const held = { code: 'run-locked', summary: 'held by process 4711 since 09:00', next: [], exitCode: 6 }
    const { code, out, err } = await runWith(runThat({ outcome: 'failed', state: 'nomad-only', problems: [held] }), '--yes')
    expect(code).toBe(6)
    expect(err).toContain('error[run-locked] held by process 4711 since 09:00')
    expect(out).toContain('Stays at nomad-only')
  })
})

describe('--json', () => {
  it('is one versioned object a line and ends with the result, whether or not the engine said it', async () => {
    for (const events of [[STARTED], [STARTED, { type: 'finished', result: DONE } as const]]) {
      const { out, err } = await runWith(runThat(DONE, events), '--json', '--yes', '--lab')
      const lines = out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { schema: number; at: string; type: string; result?: unknown })
      expect(lines.map((line) => line.type)).toEqual(['run-started', 'finished'])
      expect(lines.at(-1)).toMatchObject({ schema: 1, at: '2026-11-21T09:30:00.000Z', result: DONE })
      expect(err).toBe('')
    }
  })

  it('ends with one result, the one that names the flag that was missing', async () => {
    const io = fakeIo()
    const refused: RunResult = {
      outcome: 'failed',
      state: 'nomad-only',
      problems: [{ code: 'confirmation-missing', summary: 'x', next: [] }],
    }
    const run: Application['run'] = async (_options, ui) => {
      await ui.questions.approve([])
      ui.emit({ type: 'finished', result: refused })
      return refused
    }
    await main(['run', PLAN, '--json'], io, fakeApplication({ run }))
    const ends = io
      .out()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; result?: { problems: readonly { code: string }[] } })
      .filter((line) => line.type === 'finished')
    expect(ends.map((line) => line.result?.problems[0]?.code)).toEqual(['approval-missing'])
  })

  it('asks nobody, even on a terminal', async () => {
    const io = fakeIo({ tty: true })
    expect(await main(['run', PLAN, '--json'], io, fakeApplication({ run: runThat(DONE) }))).toBe(64)
    expect(
      io
        .out()
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { type: string }).type),
    ).toEqual(['run-started', 'finished'])
  })
})

describe('without a terminal', () => {
  it('an approval that is missing names --yes', async () => {
    const { code, err } = await runWith(runThat(DONE))
    expect(code).toBe(64)
    expect(err).toContain('add --yes')
  })

  it('CI is no terminal, whatever it pretends', async () => {
    const io = fakeIo({ tty: true, env: { CI: 'true' } })
    expect(await main(['run', PLAN], io, fakeApplication({ run: runThat(DONE) }))).toBe(64)
  })

  it('--yes does not cover the step that cannot be undone, and that is said before anything is done', async () => {
    const run: Application['run'] = async (_options, ui) =>
      (await ui.questions.approve([PURGE])) === 'yes' ? DONE : { outcome: 'declined', state: 'nomad-only' }
    const { code, err } = await runWith(run, '--yes')
    expect(code).toBe(64)
    expect(err).toContain('--confirm NAME')
    expect(err).toContain('--to STATE')
    expect((await runWith(run, '--yes', '--confirm', 'web')).code).toBe(0)
    expect((await runWith(run, '--yes', '--lab')).code).toBe(0)
  })
})

describe('a saved preview', () => {
  const seen: unknown[] = []
  const application = fakeApplication({
    dryRun: async () => DRY_RUN,
    run: async (options) => {
      seen.push(options)
      return DONE
    },
  })
  const folder = async (): Promise<string> => mkdtemp(join(tmpdir(), 'preview-'))

  it('is written for its owner alone, read back, and passed on with its end', async () => {
    const file = join(await folder(), 'preview.json')
    expect(await main(['run', PLAN, '--dry-run', '--out', file], fakeIo(), application)).toBe(0)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(DRY_RUN)
    expect(await main(['run', PLAN, '--preview', file, '--yes', '--confirm', 'web'], fakeIo(), application)).toBe(0)
    expect(seen.at(-1)).toMatchObject({ plan: PLAN, to: 'nomad-removed', preview: DRY_RUN })
  })

  it('is refused where it says something else than the command line', async () => {
    const file = join(await folder(), 'preview.json')
    await main(['run', PLAN, '--dry-run', '--out', file], fakeIo(), application)
    for (const [argv, words] of [
      [['--to', 'k8s-only'], 'ends at nomad-removed'],
      [['--lab'], 'on the real servers'],
      [['--yes'], '--confirm'],
    ] as const) {
      const io = fakeIo()
      const before = seen.length
      expect(await main(['run', PLAN, '--preview', file, ...argv], io, application)).toBe(64)
      expect(io.err()).toContain(words)
      expect(seen.length).toBe(before)
    }
  })

  it('is refused where it is none', async () => {
    const dir = await folder()
    const bad: DryRun = { ...DRY_RUN, steps: [{ ...PURGE, kind: 'x' }] }
    for (const [name, content, words] of [
      ['text.json', 'no', 'is not JSON'],
      ['list.json', '[]', 'is not a saved dry run'],
      ['newer.json', JSON.stringify({ ...DRY_RUN, schema: 2 }), 'schema'],
      ['broken.json', JSON.stringify({ ...bad, steps: [{ ...bad.steps[0], changes: [{ action: 'explode' }] }] }), 'steps.0.changes.0'],
    ] as const) {
      await writeFile(join(dir, name), content)
      const io = fakeIo()
      expect(await main(['run', PLAN, '--preview', join(dir, name), '--yes'], io, application)).toBe(64)
      expect(io.err()).toContain(words)
    }
    const io = fakeIo()
    expect(await main(['run', PLAN, '--preview', join(dir, 'absent.json'), '--yes'], io, application)).toBe(64)
    expect(io.err()).toContain('preview-not-found')
  })

  it('is not saved onto what is no file, nor half', async () => {
    const dir = await folder()
    const io = fakeIo()
    expect(await main(['run', PLAN, '--dry-run', '--out', dir], io, application)).toBe(1)
    expect(io.err()).toContain('not a regular file')
    expect(await main(['run', PLAN, '--dry-run', '--out', join(dir, 'no', 'x.json')], io, application)).toBe(1)
    expect(io.err()).toContain('preview-not-saved')
  })
})

describe('a dry run', () => {
  it('shows each step by system with its rollback place, the boundary and the sum', async () => {
    const io = fakeIo()
    expect(await main(['run', PLAN, '--dry-run'], io, fakeApplication({ dryRun: async () => DRY_RUN }))).toBe(0)
    const out = io.out()
    for (const words of [
      '[1/2] deploy (deploy-to-kubernetes) → reaches both-running',
      '  Kubernetes\n    + Deployment default/web',
      '! adopts an object that Terraform manages',
      '-       targetPort: 8080',
      '+       targetPort: 80',
      'if it fails: rolls back to nomad-only',
      'no way back after this step',
      '- job web (delete)',
      'then gate http: 5 passes in a row within 1m',
      'Plan: 1 to add, 1 to change, 1 to delete.',
    ]) {
      expect(out).toContain(words)
    }
    expect(out.indexOf('no way back')).toBeLessThan(out.indexOf('[2/2] uninstall'))
  })

  it('answers 2 for changes with --detailed-exitcode, 0 for none, 1 where a check failed', async () => {
    const answer = async (dryRun: DryRun): Promise<number> =>
      main(['run', PLAN, '--dry-run', '--detailed-exitcode'], fakeIo(), fakeApplication({ dryRun: async () => dryRun }))
    expect(await answer(DRY_RUN)).toBe(2)
    expect(await answer({ ...DRY_RUN, steps: [] })).toBe(0)
    const failed = {
      target: 'nomad',
      finding: {
        what: 'may read the job',
        verdict: 'fail',
        problem: { code: 'nomad-forbidden', summary: 'the token may not', next: ['ask for read-job'] },
      },
    } as const
    expect(await answer({ ...DRY_RUN, findings: [failed] })).toBe(1)
  })

  it('shows no value of a Secret, in text or in JSON, but keeps it in the saved file', async () => {
    const secret: DryRun = {
      ...DRY_RUN,
      steps: [
        {
          ...PURGE,
          changes: [
            {
              system: 'kubernetes',
              object: 'Secret default/s',
              action: 'update',
              before: { data: { k: 'b2xk' } },
              after: { data: { k: 'bmV3' } },
            },
          ],
        },
      ],
    }
    const file = join(await mkdtemp(join(tmpdir(), 'preview-')), 'p.json')
    for (const flags of [['--out', file], ['--json']]) {
      const io = fakeIo()
      await main(['run', PLAN, '--dry-run', ...flags], io, fakeApplication({ dryRun: async () => secret }))
      expect(io.out()).not.toMatch(/b2xk|bmV3/)
      expect(io.out()).toContain('hidden')
    }
    expect(await readFile(file, 'utf8')).toContain('bmV3')
  })
})

describe('a signal', () => {
  it('once asks the engine to stop; the end says how to go on', async () => {
    const io = fakeIo()
    const run: Application['run'] = async (_options, ui) => {
      io.send('SIGTERM')
      return {
        outcome: 'interrupted',
        state: 'both-running',
        signal: ui.interrupt.requested.aborted && !ui.interrupt.now.aborted ? ui.interrupt.signalName() : 'SIGINT',
      }
    }
    expect(await main(['run', PLAN, '--yes'], io, fakeApplication({ run }))).toBe(143)
    expect(io.err()).toContain('once more stops at once')
    expect(io.out()).toContain('Interrupted by SIGTERM at both-running')
    for (const command of ['run', 'rollback', 'status']) expect(io.out()).toContain(`jmc-migrate ${command} ${PLAN}`)
    expect(io.listeners()).toBe(0)
  })

  it('twice ends the command although the engine does not let go', async () => {
    const io = fakeIo()
    const run: Application['run'] = async () => {
      io.send('SIGINT')
      io.send('SIGINT')
      return new Promise<never>(() => {})
    }
    expect(await main(['run', PLAN, '--yes'], io, fakeApplication({ run }))).toBe(130)
    expect(io.err()).toContain('again: stopping at once')
    expect(io.out()).toContain('not seen: this process was stopped before anybody looked')
  })

  it.each([
    [
      'heeds it',
      async (ui: Pick<UserInterface, 'interrupt'>) => once(ui.interrupt.now, 'abort').then(() => Promise.reject(new Error('cut off'))),
    ],
    ['never lets go', async () => new Promise<never>(() => {})],
  ])('once ends a dry run, whether what it asks %s: nothing is to be settled', async (_what, looking) => {
    const io = fakeIo()
    const dryRun: Application['dryRun'] = async (_options, ui) => {
      io.send('SIGTERM')
      return looking(ui)
    }
    expect(await main(['run', PLAN, '--dry-run'], io, fakeApplication({ dryRun }))).toBe(143)
    expect(io.err()).toContain('Interrupted by SIGTERM: a dry run changes nothing')
    expect(io.err()).not.toMatch(/journal|once more/)
    expect(io.listeners()).toBe(0)
  })

  it('during a dry run changes nothing and says so', async () => {
    const io = fakeIo()
    const dryRun: Application['dryRun'] = async (_options, ui) => {
      io.send('SIGINT')
      throw ui.interrupt.requested.reason
    }
    expect(await main(['run', PLAN, '--dry-run'], io, fakeApplication({ dryRun }))).toBe(130)
    expect(io.err()).toContain('a dry run changes nothing')
  })
})

it('redacts before it breaks lines, everywhere', async () => {
  const secret = 'correct horse battery staple'
  const problem = { code: 'x', summary: `${'word '.repeat(12)}${secret} ${'word '.repeat(12)}`, next: [secret] }
  const run: Application['run'] = async (_options, ui) => {
    ui.emit({ type: 'warning', problem })
    ui.emit({ type: 'step-progress', step: 'a', message: secret })
    return { outcome: 'failed', state: 'a', problems: [problem] }
  }
  for (const flags of [['--json'], [], ['--verbose']]) {
    for (const tty of [true, false]) {
      const io = fakeIo({ tty, columns: 50 })
      await main(['run', PLAN, '--yes', ...flags], io, fakeApplication({ run, redact: (text) => text.replaceAll(secret, '[secret]') }))
      const text = (io.out() + io.err()).replaceAll(/\s+/g, ' ')
      expect(text).toContain('[secret]')
      expect(text).not.toMatch(/correct|horse|battery|staple/)
    }
  }
})
