import { describe, expect, it } from 'vitest'
import type { Application } from '../../src/cli/contract.ts'
import { main } from '../../src/cli/main.ts'
import { placed } from '../../src/cli/wire/placed.ts'
import type { Event, RunResult } from '../../src/domain/event.ts'
import type { Problem } from '../../src/domain/problem.ts'
import { ProblemError } from '../../src/domain/problem.ts'
import { DEPLOY, DRY_RUN, fakeApplication, PLAN, PURGE, STARTED } from './fake-application.ts'
import { fakeIo } from './fake-io.ts'

const REFUSED: Problem = { code: 'past-the-boundary', summary: 'cannot roll back', next: [], effect: 'no' }
const GONE: Problem = { code: 'journal-changed-meanwhile', summary: 'journal.jsonl was removed', next: [], effect: 'no' }
const STARTED_EFFECT: Event = {
  type: 'effect-started',
  step: 'cut-traffic',
  direction: 'apply',
  changes: [{ system: 'edge', object: 'router k8s-jmc', action: 'create' }],
}
const DONE_EFFECT: Event = { type: 'effect-done', step: 'cut-traffic', direction: 'apply', ms: 5 }

const ending =
  (end: RunResult | Problem, ...events: readonly Event[]): Application['run'] =>
  async (_options, ui) => {
    for (const event of events) ui.emit(event)
    if ('code' in end) throw new ProblemError(end)
    return end
  }

async function call(script: Partial<Application>, ...argv: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const io = fakeIo()
  const code = await main(argv, io, fakeApplication(script))
  return { code, out: io.out(), err: io.err() }
}

const failed = (problem: Problem): RunResult => ({ outcome: 'failed', state: 'k8s-only', problems: [problem] })

describe('what is said of a run that goes on', () => {
  const begun: Event = {
    type: 'run-started',
    runId: 'r1',
    plan: 'web',
    resumed: true,
    state: 'nomad-removed',
    goal: 'nomad-only',
    lab: true,
    journal: 'plans/.jmc-migrate/web',
  }

  it('is not said of one that is refused at once', async () => {
    const { out, err } = await call({ rollback: ending(failed(REFUSED), begun) }, 'rollback', PLAN, '--yes')
    expect(err).toContain('error[past-the-boundary]')
    expect(out).not.toContain('goes on')
  })

  it('is said before the first thing that it does, and at the end of one that did nothing', async () => {
    const rollbackStarted: Event = {
      type: 'rollback-started',
      from: 'k8s-only',
      to: 'nomad-only',
      cause: 'commanded',
      reason: 'asked for',
      evidence: [],
      steps: ['deploy'],
    }
    const worked = await call({ rollback: ending(failed(REFUSED), begun, rollbackStarted) }, 'rollback', PLAN, '--yes')
    expect(worked.out.indexOf('goes on in the lab')).toBeGreaterThanOrEqual(0)
    expect(worked.out.indexOf('goes on in the lab')).toBeLessThan(worked.out.indexOf('rolling back'))
    const idle = await call({ run: ending({ outcome: 'done', state: 'k8s-only' }, begun) }, 'run', PLAN, '--yes')
    expect(idle.out).toContain('goes on in the lab')
  })

  it('is said before the question', async () => {
    const run: Application['run'] = async (_options, ui) => {
      ui.emit(begun)
      await ui.questions.approve([DEPLOY])
      return failed(REFUSED)
    }
    const { out } = await call({ run }, 'run', PLAN, '--yes')
    expect(out.indexOf('goes on in the lab')).toBeGreaterThanOrEqual(0)
    expect(out.indexOf('goes on in the lab')).toBeLessThan(out.indexOf('[1/1] deploy'))
  })

  it('is told a program as it comes', async () => {
    const { out } = await call({ rollback: ending(failed(REFUSED), begun) }, 'rollback', PLAN, '--yes', '--json')
    expect(out).toContain('"type":"run-started"')
  })
})

describe('after an effect of this process', () => {
  it('nothing is said to be unchanged, and what was done is told for a person to look at', async () => {
    const { err, code } = await call({ run: ending(GONE, STARTED, STARTED_EFFECT, DONE_EFFECT) }, 'run', PLAN, '--yes')
    expect(code).toBe(1)
    expect(err).not.toContain('Nothing was changed')
    expect(err).toContain('this process has done step cut-traffic: create router k8s-jmc')
    expect(err).toContain('the journal no longer says so')
    expect(err).toContain('where visitors are was not looked at any more')
  })

  it('what was only begun is told as begun, and an undo as an undo', async () => {
    const undo: Event = { ...STARTED_EFFECT, direction: 'undo' }
    const { err } = await call({ run: ending(GONE, STARTED_EFFECT, DONE_EFFECT, undo) }, 'run', PLAN, '--yes')
    expect(err).toContain('this process has done step cut-traffic')
    expect(err).toContain('this process has begun undo of step cut-traffic')
  })

  it('a refusal of a later step does not say so either', async () => {
    const { err } = await call({ run: ending(failed(REFUSED), STARTED_EFFECT, DONE_EFFECT) }, 'run', PLAN, '--yes')
    expect(err).toContain('error[past-the-boundary]')
    expect(err).not.toContain('Nothing was changed')
  })

  it('but before one it is said', async () => {
    for (const end of [GONE, failed(REFUSED)]) {
      const { err } = await call({ run: ending(end, STARTED) }, 'run', PLAN, '--yes')
      expect(err).toContain('Nothing was changed.')
      expect(err).not.toContain('this process has')
    }
  })
})

describe('the numbers of steps in a preview', () => {
  const plan = {
    steps: ['deploy', 'soak', 'uninstall'].map(
      (id) => ({ id, kind: 'soak', spec: {}, gates: [], onFailure: 'rollback', location: { file: PLAN, line: 1, column: 1 } }) as const,
    ),
  }

  it('are those of the plan, whatever is left of it', async () => {
    const run: Application['run'] = async (_options, ui) => {
      await ui.questions.approve(placed(plan, [PURGE]))
      return { outcome: 'done', state: 'nomad-removed' }
    }
    expect((await call({ run }, 'run', PLAN, '--yes', '--lab')).out).toContain('[3/3] uninstall')
    const dryRun = { ...DRY_RUN, steps: placed(plan, [PURGE]) }
    expect((await call({ dryRun: async () => dryRun }, 'run', PLAN, '--dry-run')).out).toContain('[3/3] uninstall')
  })
})

describe('where visitors are', () => {
  const visitors = {
    seen: true,
    at: 0,
    share: { old: 95, new: 5 },
    how: 'the route wins',
    answer: { verdict: 'pass', reason: 'answered 200' },
  } as const

  it('comes with the last event, for a program', async () => {
    const { out } = await call({ run: ending({ outcome: 'done', state: 'at-five', visitors }) }, 'run', PLAN, '--yes', '--json')
    expect(JSON.parse(out.trim().split('\n').at(-1) ?? '')).toMatchObject({ type: 'finished', result: { outcome: 'done', visitors } })
  })

  it('is not lost where the command line knows better how it ended: nobody could be asked', async () => {
    const run: Application['run'] = async (_options, ui) => {
      const answer = await ui.questions.confirmIrreversible({ step: 'uninstall', name: 'web', why: 'gone for good', bundle: 'a/bundle' })
      expect(answer).toEqual({ answer: 'unanswerable' })
      return { outcome: 'failed', state: 'k8s-only', problems: [REFUSED], visitors, ahead: 'nomad-removed' }
    }
    const { out, err } = await call({ run }, 'run', PLAN, '--yes')
    expect(err).toContain('--confirm')
    expect(out).toContain('5% of visitors on Kubernetes, 95% on Nomad')
  })
})
