import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { PlanFiles } from '../../src/domain/ports/files.ts'
import { ProblemError } from '../../src/domain/problem.ts'
import { gateKinds } from '../../src/gates/registry.ts'
import { generatedFiles } from '../../src/plan/generated.ts'
import { planJsonSchema } from '../../src/plan/json-schema.ts'
import { readPlan } from '../../src/plan/read-plan.ts'
import { findLosses } from '../../src/plan/rules/traffic-walk.ts'
import { stepKinds } from '../../src/steps/registry.ts'
import { problemsOf } from './fakes.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const registries = { kinds: stepKinds, gates: gateKinds }
const path = 'plans/jayne-martin-counselling.yaml'
const text = readFileSync(join(root, path), 'utf8')

const files: PlanFiles = {
  list: async (named) => listed(join(root, 'plans', named)).map((each) => join(named, each)),
  read: async (named) => readFileSync(join(root, 'plans', named), 'utf8'),
}
function listed(absolute: string): readonly string[] {
  const found = statSync(absolute, { throwIfNoEntry: false })
  if (found === undefined) return []
  return found.isDirectory() ? readdirSync(absolute, { recursive: true, encoding: 'utf8' }).toSorted() : ['']
}

test('the seed plan is good, without a warning', async () => {
  const { plan, warnings } = await readPlan({ path, text }, registries, files)
  expect(warnings).toEqual([])
  expect(plan.steps.map((step) => step.kind)).toEqual([
    'deploy-to-kubernetes',
    'verify-ingress',
    'switch-traefik-route',
    'soak',
    'stop-nomad-job',
    'purge-nomad-job',
  ])
})

/** The seed plan with its steps in this order, each by its id. */
function ordered(...ids: readonly string[]): string {
  const [head = '', ...steps] = text.slice(0, text.indexOf('\n# How the embedded')).split(/^ {2}(?=- id: )/m)
  return head + ids.map((id) => `  ${steps.find((step) => step.startsWith(`- id: ${id}\n`)) ?? ''}`).join('')
}

test.each([
  [['deploy', 'cut-traffic', 'check-ingress', 'soak', 'stop', 'uninstall'], /cut-traffic sends visitors to the new side .* before anyone/],
  [['deploy', 'check-ingress', 'stop', 'cut-traffic', 'soak', 'uninstall'], /stop stops the old side/],
  [['check-ingress', 'cut-traffic', 'deploy', 'soak', 'stop', 'uninstall'], /although nothing runs there/],
])('the seed plan in the order %j is refused', async (ids, story) => {
  const refused = await readPlan({ path, text: ordered(...ids) }, registries, files).catch((error: unknown) => error)
  expect(String(refused)).toMatch(/unsafe-traffic/)
  expect(String(refused)).toMatch(story)
})

describe.each([...stepKinds.values()])('step kind $kind', (kind) => {
  test('its example is valid and its traffic can be walked', () => {
    const spec = kind.spec.parse(kind.example)
    expect(() => findLosses([{ traffic: kind.traffic(spec, []), reachesState: true }], { singleWriter: false })).not.toThrow()
  })
})

test.each([...gateKinds.values()])('the example of gate kind $kind is valid', (kind) => {
  expect(kind.spec.safeParse(kind.example)).toMatchObject({ success: true })
})

test('no kind lets an unknown field pass, and every field is described', () => {
  const seen: string[] = []
  const walk = (node: unknown, place: string): void => {
    if (typeof node !== 'object' || node === null) return
    if ('properties' in node && typeof node.properties === 'object' && node.properties !== null) {
      seen.push(place)
      expect(node, place).toHaveProperty('additionalProperties', false)
      for (const [name, property] of Object.entries(node.properties)) expect(property, `${place}.${name}`).toHaveProperty('description')
    }
    for (const [key, member] of Object.entries(node)) if (key !== 'examples') walk(member, `${place}/${key}`)
  }
  walk(planJsonSchema(registries), '')
  expect(seen.length).toBeGreaterThan(stepKinds.size + gateKinds.size)
})

test.each(Object.entries(generatedFiles(registries)))('%s is fresh (else: node scripts/generate-plan.mjs)', (file, expected) => {
  expect(readFileSync(join(root, file), 'utf8')).toBe(expected)
})

test('an unknown kind is told with the kinds that there are', async () => {
  const [problem] = await problemsOf(text.replace('deploy-to-kubernetes', 'deploy-to-kubernets'), {}, registries)
  expect(problem).toMatchObject({
    code: 'unknown-step-kind',
    next: ['did you mean `deploy-to-kubernetes`?', `step kinds: ${[...stepKinds.keys()].join(', ')}`],
  })
})

test.each(['300', '[5m]', 'true'])('a duration that is %s is told what a duration is, not that text is one', async (value) => {
  const [problem] = await problemsOf(text.replace('soak: { hold: 5m', `soak: { hold: ${value}`), {}, registries)
  expect(problem?.summary).toContain('`soak.hold` must be a duration such as 500ms, 30s or 1m30s')
  if (value === '300') expect(problem?.next).toEqual(['add the unit: `300s`'])
})

const chart = (set: string, values = 'values: []'): string =>
  text.replace(
    'manifests: ../fixtures/jayne-martin-counselling/kubernetes',
    `helm: { chart: ../fixtures/jayne-martin-counselling/kubernetes, release: site, ${values}, set: ${set} }`,
  )

test("templates are resolved among a chart's single values, and nowhere else in a step", async () => {
  await readPlan({ path, text: chart("{ a.b: '${env:A}', c: 'x${file:~/c}' }") }, registries, files)
  expect(await problemsIn(chart("{ a: '${enw:A}' }"))).toMatchObject([
    { code: 'bad-template', summary: expect.stringContaining('${enw:A}') },
  ])
  expect(await problemsIn(chart('{}', "values: ['${env:VALUES}']"))).toMatchObject([{ code: 'template-not-here' }])
})

async function problemsIn(plan: string) {
  const thrown: unknown = await readPlan({ path, text: plan }, registries, files).catch((error: unknown) => error)
  return thrown instanceof ProblemError ? thrown.problems : thrown
}
