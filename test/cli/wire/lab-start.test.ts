import { expect, test } from 'vitest'
import { labStart } from '../../../src/cli/wire/lab-start.ts'
import { fakeFiles } from '../../fakes/ports/files.ts'
import { problemOf } from '../../steps/problem-of.ts'
import { PLAN } from '../../steps/context.ts'

const FILES = fakeFiles({ 'dynamic_conf.yml': 'http: {}' })
const withEdge = (edge: { readonly [key: string]: string | boolean }) => ({
  ...PLAN,
  lab: { edge: { dynamicConfig: 'dynamic_conf.yml', ...edge } },
})

test("the edge's metrics are off, as Traefik's are, unless the plan's lab: block switches them on", async () => {
  expect(await labStart(withEdge({}), FILES)).not.toHaveProperty('metrics')
  expect(await labStart(withEdge({ metrics: true }), FILES)).toMatchObject({ dynamicConfig: 'http: {}', metrics: true })
  expect(await problemOf(labStart(withEdge({ metrics: 'yes' }), FILES))).toMatchObject({ code: 'lab-block-invalid' })
})

test.each(['job "web" {}', '[]', 'null'])(
  "a Nomad job that is no object in JSON is a mistake of the plan's, not of ours: %s",
  async (text) => {
    const plan = { ...PLAN, lab: { nomad: { job: 'job.json' } } }
    expect(await problemOf(labStart(plan, fakeFiles({ 'job.json': text })))).toMatchObject({
      code: 'lab-block-invalid',
      details: ['lab.nomad.job: job.json is not a job in JSON'],
    })
  },
)
