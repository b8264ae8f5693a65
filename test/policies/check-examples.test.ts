import { expect, it } from 'vitest'
import { ProblemError } from '../../src/domain/problem.ts'
import { readPolicyPack } from '../../src/policies/read-pack.ts'
import { WHOLE_PACK } from '../../src/policies/whole-pack.ts'

async function problemsOf(text: string) {
  try {
    await readPolicyPack('team.yaml', text, { examples: true })
    return []
  } catch (error) {
    if (error instanceof ProblemError) return error.problems
    throw error
  }
}

it('the pack of the documentation is whole, and its examples hold', async () => expect(await problemsOf(WHOLE_PACK)).toEqual([]))

it.each([
  ['a passing example that fails', ', labels: { example.org/owner: till }', '', 'passing', 'fails: no label'],
  [
    'a failing one that passes',
    'kind: Deployment\n        metadata: { name: shop }',
    'kind: Pod\n        metadata: { name: shop }',
    'failing',
    'does not fail',
  ],
  [
    'one that nothing is asked about',
    'kind: Deployment\n        metadata: { name: shop, l',
    'kind: Pod\n        metadata: { name: shop, l',
    'passing',
    'nothing in it to look at',
  ],
  [
    'one without an answer',
    'spec: { template: { spec: { containers: [{ name: shop, image: registry.example.org/shop:1.4 }] } } }',
    'spec: {}',
    'passing',
    'gives no answer',
  ],
  [
    'one that is no object',
    'metadata: { name: shop, labels: { example.org/owner: till } }',
    'spec: {}',
    'passing',
    'without apiVersion, kind or metadata',
  ],
  ['one that is no YAML', 'metadata: { name: shop, labels: { example.org/owner: till } }', 'metadata: {', 'passing', 'cannot be read'],
])('%s is a problem at its place', async (_, old, changed, example, words) => {
  const text = WHOLE_PACK.replace(old, changed)
  expect(text).not.toBe(WHOLE_PACK)
  const [problem, ...more] = await problemsOf(text)
  expect(more).toEqual([])
  expect(problem).toMatchObject({ code: 'policy-example-wrong', exitCode: 65, summary: expect.stringContaining(words) })
  expect(problem?.location?.text?.trim()).toBe(`${example}: |`)
})

it('only where they are asked for: a run does not ask them again', async () => {
  const broken = WHOLE_PACK.replace(', labels: { example.org/owner: till }', '')
  await expect(readPolicyPack('team.yaml', broken)).resolves.toMatchObject({ name: 'team' })
})
