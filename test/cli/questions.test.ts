import { describe, expect, it } from 'vitest'
import type { Answers } from '../../src/cli/questions.ts'
import { createQuestions } from '../../src/cli/questions.ts'
import { DEPLOY, PURGE } from './fake-application.ts'

const question = { step: 'uninstall', name: 'web', why: 'the job is gone', bundle: 'a/bundle' }
const alone = { show: () => {}, ask: undefined }
const confirm = (answers: Partial<Answers>, typed?: string): ReturnType<ReturnType<typeof createQuestions>['confirmIrreversible']> =>
  createQuestions(
    { yes: false, lab: false, confirm: [], ...answers },
    typed === undefined ? alone : { show: () => {}, ask: async (_about, expected) => (expected === typed ? 'yes' : 'no') },
  ).confirmIrreversible(question)

describe('the step that cannot be undone', () => {
  it('is covered by --yes in the lab only', async () => {
    expect(await confirm({ yes: true, lab: true })).toEqual({ answer: 'yes', how: 'lab' })
    expect(await confirm({ yes: true })).toEqual({ answer: 'unanswerable' })
    expect(await confirm({ lab: true })).toEqual({ answer: 'unanswerable' })
  })

  it('is confirmed by its name, as a flag or typed', async () => {
    expect(await confirm({ confirm: ['web'] })).toEqual({ answer: 'yes', how: 'flag' })
    expect(await confirm({ yes: true }, 'web')).toEqual({ answer: 'yes', how: 'typed' })
    expect(await confirm({ yes: true }, 'wbe')).toEqual({ answer: 'no' })
  })

  it('is not confirmed by another name', async () => {
    const questions = createQuestions({ yes: true, lab: false, confirm: ['wbe'] }, alone)
    expect(await questions.confirmIrreversible(question)).toEqual({ answer: 'unanswerable' })
    expect(questions.missing()).toMatchObject({
      code: 'confirmation-differs',
      exitCode: 64,
      next: ['if web is meant, use --confirm web', 'or stop before it with --to STATE'],
    })
  })

  it('is not begun towards with a name that is known to be wrong', async () => {
    const purge = { ...PURGE, irreversible: 'gone', confirm: 'web' }
    const wrong = createQuestions({ yes: true, lab: false, confirm: ['wbe'] }, alone)
    expect(await wrong.approve([DEPLOY, purge])).toBe('unanswerable')
    expect(wrong.missing()).toMatchObject({ code: 'confirmation-differs', exitCode: 64 })
    expect(await createQuestions({ yes: true, lab: false, confirm: ['web'] }, alone).approve([DEPLOY, purge])).toBe('yes')
  })

  it('is confirmed each by its own name, where there are several', async () => {
    const purge = { ...PURGE, irreversible: 'gone', confirm: 'web' }
    const uninstall = { ...PURGE, step: 'uninstall-nomad', irreversible: 'gone', confirm: 'nomad@hestia' }
    const half = createQuestions({ yes: true, lab: false, confirm: ['web'] }, alone)
    expect(await half.approve([DEPLOY, purge, uninstall])).toBe('unanswerable')
    expect(half.missing()).toMatchObject({ code: 'confirmation-missing', next: expect.arrayContaining(['add --confirm nomad@hestia']) })
    const whole = createQuestions({ yes: true, lab: false, confirm: ['web', 'nomad@hestia'] }, alone)
    expect(await whole.approve([DEPLOY, purge, uninstall])).toBe('yes')
    expect(await whole.confirmIrreversible({ ...question, name: 'nomad@hestia' })).toEqual({ answer: 'yes', how: 'flag' })
  })

  it('tells the person why, and where the bundle is', async () => {
    let told = ''
    await createQuestions(
      { yes: false, lab: false, confirm: [] },
      { show: () => {}, ask: async (about) => ((told = about), 'no') },
    ).confirmIrreversible(question)
    for (const words of ['the job is gone', 'a/bundle', 'Type web']) expect(told).toContain(words)
  })
})

describe('approval', () => {
  it('shows the preview before it asks', async () => {
    const order: string[] = []
    const questions = createQuestions(
      { yes: false, lab: false, confirm: [] },
      { show: () => void order.push('show'), ask: async () => (order.push('ask'), 'yes') },
    )
    expect(await questions.approve([DEPLOY])).toBe('yes')
    expect(order).toEqual(['show', 'ask'])
  })

  it('is not given by Ctrl-C', async () => {
    const questions = createQuestions({ yes: false, lab: false, confirm: [] }, { show: () => {}, ask: async () => 'interrupted' })
    expect(await questions.approve([DEPLOY])).toBe('no')
  })
})
