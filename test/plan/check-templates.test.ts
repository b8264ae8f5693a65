import { expect, test } from 'vitest'
import { changed, GOOD_PLAN, problemsOf } from './fakes.ts'

const advice = async (text: string) =>
  (await problemsOf(text)).filter(({ code }) => code === 'template-not-here').map(({ next }) => next[0])

test('a template where none is taken: what may be a secret is not to be written out', async () => {
  expect(await advice(changed('body: Hello', "body: '${env:GREETING}'"))).toEqual([expect.stringMatching(/^write the value out; /)])
  for (const template of ['${env:SITE_PASSWORD}', '${file:~/.token}', '${command:pass show site}']) {
    const [next, ...more] = await advice(changed('body: Hello', `body: '${template}'`))
    expect(more).toEqual([])
    expect(next).not.toContain('write')
    expect(next).toContain('templates are resolved only in targets.kubernetes.kubeconfig')
  }
})

test('below a field that nobody knows nothing is said of templates: the field is the mistake', async () => {
  const mistyped = changed('deploy-app: { manifests: app }', "deploy-app: { manifests: '${env:APP}' }")
  expect(await advice(mistyped)).toHaveLength(1)
  const problems = await problemsOf(mistyped.replace('\nsteps:', '\nstepz:'))
  expect(problems.map(({ code }) => code)).toEqual(['unknown-field'])
  expect(GOOD_PLAN).toContain('\nsteps:')
})
