import { expect, test } from 'vitest'
import { ProblemError } from '../../src/domain/problem.ts'
import { stepKinds } from '../../src/steps/registry.ts'
import { settling } from '../../src/steps/settling.ts'
import { fakeFiles } from '../fakes/ports/files.ts'
import { FakeWorld } from '../fakes/ports/world.ts'
import { contextOf } from './context.ts'
import { MANIFESTS } from './manifests.ts'
import { SWITCH } from './switch-spec.ts'

const unreachable = () => Promise.reject(new ProblemError({ code: 'unreachable', summary: 'no answer', next: [], effect: 'no' }))

test('what could not be seen is unknown; a bug stays a bug', async () => {
  expect(await settling(unreachable)).toEqual({ status: 'unknown', reason: 'no answer' })
  await expect(settling(() => Promise.reject(new TypeError('a bug')))).rejects.toThrow('a bug')
})

test.each([
  ['deploy-to-kubernetes', { manifests: 'manifests' }],
  ['switch-traefik-route', SWITCH],
  ['stop-nomad-job', { job: 'site' }],
  ['purge-nomad-job', { job: 'site' }],
])('%s guesses nothing when nobody answers', async (name, spec) => {
  const world = new FakeWorld()
  if (name === 'purge-nomad-job') await world.nomad.stop('site')
  const kind = stepKinds.get(name)
  if (kind?.nature !== 'acts') throw new Error('not an acting kind')
  const context = contextOf<unknown>(world.ports, spec, { files: fakeFiles(MANIFESTS) })
  const { undoRecord } = await kind.preview(context, [])
  world.kubernetes.get = unreachable
  world.edge.read = unreachable
  world.nomad.job = unreachable
  expect(await kind.settle(context, undoRecord, [])).toEqual({ status: 'unknown', reason: 'no answer' })
  if ('settle' in kind.undo) expect(await kind.undo.settle(context, undoRecord, [])).toEqual({ status: 'unknown', reason: 'no answer' })
})
