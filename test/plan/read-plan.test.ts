import { expect, test } from 'vitest'
import { ProblemError } from '../../src/domain/problem.ts'
import { readPlan } from '../../src/plan/read-plan.ts'
import { checkRules } from '../../src/plan/rules/index.ts'
import { changed, codesOf, FILES, filesOf, GOOD_PLAN, problemsOf, registries } from './fakes.ts'

const read = (text: string) => readPlan({ path: 'plans/x.yaml', text }, registries, filesOf(FILES))

test('a good plan is read with its defaults filled in', async () => {
  const { plan, warnings } = await read(GOOD_PLAN)
  expect(warnings).toEqual([])
  expect(plan).toMatchObject({ name: 'example', path: 'plans/x.yaml', text: GOOD_PLAN, singleWriter: false })
  expect(plan.site).toEqual({ url: 'https://www.example.org/', expect: { status: 200, body: 'Hello' } })
  expect(plan.targets.edge).toMatchObject({ host: 'hestia', write: 'exchange' })
  expect(plan.targets.nomad).toEqual({ address: '${env:NOMAD_ADDR}', token: '${env:NOMAD_TOKEN}' })
  expect(plan.steps.map((step) => [step.id, step.kind, step.reaches, step.onFailure])).toEqual([
    ['deploy', 'deploy-app', 'both-running', 'rollback'],
    ['verify', 'verify-app', undefined, 'rollback'],
    ['cut', 'cut-route', 'k8s-only', 'rollback'],
    ['soak', 'soak', undefined, 'rollback'],
    ['stop', 'stop-job', undefined, 'rollback'],
    ['purge', 'purge-job', 'nomad-removed', 'rollback'],
  ])
  expect(plan.steps[0]?.spec).toEqual({ manifests: 'app', replicas: 1 })
  expect(plan.steps[3]?.spec).toEqual({ hold: 300_000, failureThreshold: 2, interval: 1_000 })
  expect(plan.steps[2]?.location).toMatchObject({ file: 'plans/x.yaml', line: 22, column: 9, length: 3 })
})

test('the plan that a run keeps is read although it breaks a rule by now, which is said', async () => {
  const broken = changed('router: app', 'router: app, host: x.org')
  const source = { path: 'plans/x.yaml', text: broken }
  const [code] = await codesOf(broken)
  expect(code).toMatch(/^wrong-host/)
  const { warnings } = await readPlan(source, registries, filesOf(FILES), 'warn')
  expect(warnings.map((each) => each.code)).toEqual(['wrong-host'])
  // What is no plan at all stays none.
  await expect(readPlan({ ...source, text: 'steps: 1' }, registries, filesOf(FILES), 'warn')).rejects.toThrow(ProblemError)
})

test('a plan without a problem is not asked for places: they cost more than all the rest', async () => {
  const { plan } = await read(GOOD_PLAN)
  const locate = (): never => {
    throw new Error('a place was asked for')
  }
  expect(await checkRules({ plan, ...registries, files: filesOf(FILES), locate })).toEqual({ refused: [], warnings: [] })
})

test("a gate's policy is merged over the default of its kind", async () => {
  const { plan } = await read(GOOD_PLAN)
  expect(plan.steps[2]?.gates).toMatchObject([
    {
      kind: 'http',
      spec: {},
      policy: { interval: 2_000, timeout: 30_000, successThreshold: 3, hold: 0, failureThreshold: 0, inconclusive: 'fail' },
      location: { line: 25, column: 9, length: 4 },
    },
  ])
})

test('optional parts: states, hosts, in-place, ca, headers, lab, singleWriter, onFailure', async () => {
  let text = changed('states: [nomad-only, both-running, k8s-only, nomad-removed]\n', '')
  text = changed('body: Hello }', 'body: Hello, headers: { X-Served-By: app } }\n  ca: ca.pem', text)
  text = changed(
    'api: http://127.0.0.1:8080',
    "api: '${env:EDGE_API}'\n    metrics: '${env:EDGE_METRICS}'\n    visitors: '[::1]:443'\n    write: in-place",
    text,
  )
  text = changed('soak: { hold: 5m, failureThreshold: 2 }', 'soak: { hold: 5m }\n    onFailure: { rollbackTo: both-running }', text)
  text += 'lab: { anything: [1, { deep: null }], template: "${env:FREE}" }\n'
  const { plan } = await read(text)
  expect(plan.states).toEqual(['nomad-only', 'both-running', 'k8s-only', 'nomad-removed'])
  expect(plan.site).toMatchObject({ ca: 'ca.pem', expect: { headers: { 'x-served-by': 'app' } } })
  expect(plan.targets.edge).toMatchObject({
    api: '${env:EDGE_API}',
    metrics: '${env:EDGE_METRICS}',
    visitors: '[::1]:443',
    write: 'in-place',
  })
  expect(plan.steps[3]?.onFailure).toEqual({ rollbackTo: 'both-running' })
  expect(plan.lab).toEqual({ anything: [1, { deep: null }], template: '${env:FREE}' })
})

test('anchors, aliases and merge keys are followed; Windows line ends and a byte order mark do no harm', async () => {
  let text = changed('expect: { status: 200, body: Hello }', 'expect: &answer { body: Hello }')
  text = changed('nomad: {', 'nomad: { <<: *nomad,', changed('targets:', 'lab: &nomad { region: global }\ntargets:', text))
  const { plan } = await read(`\uFEFF${text.replaceAll('\n', '\r\n')}`)
  expect(plan.targets.nomad).toMatchObject({ region: 'global', token: '${env:NOMAD_TOKEN}' })
  expect(plan.site?.expect).toEqual({ status: 200, body: 'Hello' })
})

test('one error carries all problems of the shape, in the order of the file', async () => {
  let text = changed('status: 200', 'status: abc')
  text = changed('become: sudo', 'become: sodu', text)
  text = changed('manifests: app', 'manifest: app, replicas: 0', text)
  text = changed('interval: 2s', 'interval: 2', text)
  text = changed("token: '${env:NOMAD_TOKEN}'", 'token: abcdef', text)
  text = changed('stop-job', 'stop-jobb', text)
  const thrown = await read(text).catch((error: unknown) => error)
  expect(thrown).toBeInstanceOf(ProblemError)
  expect(await codesOf(text)).toEqual([
    'wrong-value 5:21',
    'literal-secret 8:42',
    'wrong-value 10:36',
    'unknown-field 18:19',
    'wrong-value 18:44',
    'wrong-value 26:19',
    'unknown-step-kind 32:5',
  ])
})

test('every problem says its place, its line and what to do, and leaves with 65', async () => {
  const [problem, ...others] = await problemsOf(changed('  - id: stop', '  - id: soak'))
  expect(others).toEqual([])
  expect(problem).toMatchObject({
    code: 'duplicate-step-id',
    exitCode: 65,
    effect: 'no',
    location: { file: 'plan.yaml', line: 31, column: 9, length: 4, text: '  - id: soak' },
  })
  expect(problem?.next).not.toEqual([])
})

test('all rules are asked, not only the first that refuses', async () => {
  let text = changed('reaches: k8s-only', 'reaches: k8s-olny')
  text = changed('host: hestia', 'host: hestio', text)
  text = changed('timeout: 30s', 'timeout: 1s', text)
  expect(await codesOf(text)).toEqual(['unknown-host 12:11', 'state-never-reached 15:36', 'gate-budget 26:19', 'unknown-state 28:14'])
})

test('a plan that stops the old side right after the cut is told so', async () => {
  const { warnings } = await read(changed('  - id: soak\n    soak: { hold: 5m, failureThreshold: 2 }\n', ''))
  expect(warnings.map(({ code, location }) => [code, location?.line])).toEqual([['no-hold-before-stop', 30]])
})
