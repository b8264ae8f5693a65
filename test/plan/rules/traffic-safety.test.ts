import { expect, test } from 'vitest'
import { changed, problemsOf, withSteps } from '../fakes.ts'

const unsafe = async (text: string) => (await problemsOf(text)).filter((problem) => problem.code === 'unsafe-traffic')

test('cutting to a side that nobody has seen answering is refused with the story', async () => {
  const [problem, ...others] = await unsafe(changed('  - id: verify\n    verify-app: {}\n', ''))
  expect(others).toEqual([])
  expect(problem?.summary).toBe('step cut sends visitors to the new side (Kubernetes) before anyone has seen it answer: they would be lost')
  expect(problem?.details).toEqual([
    '1. at the start visitors are on the old side (Nomad), which has been seen answering',
    '2. step deploy (deploy-app) starts the new side (Kubernetes)',
    '3. step cut (cut-route) sends visitors to the new side (Kubernetes)',
    'at the edge: the old side (Nomad) and the new side (Kubernetes)',
    "a visitor who is sent to the new side (Kubernetes) now may get anything: it runs, but has not been seen giving the site's expected answer",
  ])
  expect(problem?.next).toEqual(['add a step of kind verify-app, which proves the new side (Kubernetes), before `cut`'])
  expect(problem?.location).toMatchObject({ line: 21, column: 5, length: 9 })
})

test('a proof that comes too late is to be moved', async () => {
  const [problem] = await unsafe(withSteps('deploy', 'cut', 'verify', 'soak', 'stop', 'purge'))
  expect(problem?.next).toEqual(['move `cut` after `verify`, which proves the new side (Kubernetes)', 'or move `verify` before `cut`'])
})

test('stopping the old side before traffic left it is refused with the story', async () => {
  const [problem, ...others] = await unsafe(withSteps('deploy', 'verify', 'stop', 'cut', 'soak', 'purge'))
  expect(others).toEqual([])
  expect(problem?.summary).toBe('step stop stops the old side (Nomad) while the edge sends visitors there: they would be lost')
  expect(problem?.details?.slice(3)).toEqual([
    '4. step stop (stop-job) stops the old side (Nomad)',
    'at the edge: the old side (Nomad)',
    'a visitor who is sent to the old side (Nomad) now gets an error: nothing runs there',
  ])
  expect(problem?.next[0]).toBe('move `stop` after `cut`, which takes visitors off the old side (Nomad)')
})

test('traffic to a side that nothing has started', async () => {
  const [problem] = await unsafe(withSteps('verify', 'cut', 'deploy', 'soak', 'stop', 'purge'))
  expect(problem?.summary).toContain('although nothing runs there')
  expect(problem?.next[0]).toBe('move `cut` after `deploy`, which starts the new side (Kubernetes)')
})

test('a loss that only a rollback does is told as one', async () => {
  // The second deployment's undo would stop the new side although visitors are still on it.
  const again = '  - id: again\n    deploy-app: { manifests: app }\n  - id: soak'
  const [problem, ...others] = await unsafe(changed('  - id: soak', again))
  expect(others).toEqual([])
  expect(problem?.summary).toBe(
    'the undo of step again stops the new side (Kubernetes) while the edge sends visitors there: they would be lost',
  )
  expect(problem?.details).toContain('5. then a step fails, or a person asks for a rollback')
  expect(problem?.details).toContain('6. the undo of step again (deploy-app) stops the new side (Kubernetes)')
})

test('one writer: starting the new side beside the old one is refused', async () => {
  const [problem] = await unsafe(changed('name: example', 'name: example\nsingleWriter: true'))
  expect(problem?.summary).toBe(
    'step deploy starts the new side (Kubernetes) while the old side (Nomad) still runs, but the plan says `singleWriter`',
  )
})
