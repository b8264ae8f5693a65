import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { UserInterface } from '../../../src/cli/contract.ts'
import { createApplication } from '../../../src/cli/wire.ts'
import { PLAN, quickWorkplace } from '../../e2e/workplace.ts'
import { problemOf } from '../../steps/problem-of.ts'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'jmc-rollback-shown-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

const never = new AbortController().signal
const UI: UserInterface = {
  emit: () => undefined,
  questions: { approve: async () => 'yes', confirmIrreversible: async () => ({ answer: 'no' }) },
  interrupt: { requested: never, now: never, signalName: () => 'SIGINT' },
}

it('a rollback undoes what was shown: what another run did while the person read is refused, untouched', { timeout: 60_000 }, async () => {
  const place = await quickWorkplace({ entry: '', folder, remove: async () => undefined })
  const options = { plan: place.path(PLAN), lab: true, labFaults: [] }
  const application = createApplication()
  expect(await application.run({ ...options, amend: false, to: 'both-running' }, UI)).toMatchObject({ outcome: 'done' })
  const now = await application.dryRollback(options)
  expect(now.steps.map(({ step }) => step)).toEqual(['deploy'])

  const shownBefore = { ...now, from: 'nomad-only', steps: [] }
  expect(await problemOf(application.rollback({ ...options, shown: shownBefore }, UI))).toMatchObject({
    code: 'preview-outdated',
    details: ['step deploy has been done since, and was not shown'],
    effect: 'no',
  })
  expect((await application.dryRollback(options)).from).toBe('both-running')
  expect(await application.rollback({ ...options, shown: now }, UI)).toMatchObject({ outcome: 'rolled-back', state: 'nomad-only' })
})
