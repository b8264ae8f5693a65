import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { rules } from '../../../src/plan/rules/index.ts'
import { changed, codesOf, FILES, problemsOf } from '../fakes.ts'

const budget = async (policy: string): Promise<readonly string[]> =>
  (await problemsOf(changed('        interval: 2s\n        timeout: 30s\n', policy.replace(/^/gm, '        ') + '\n'))).map(
    ({ code, summary, location }) => `${code}: ${summary} @${location?.line ?? 0}`,
  )

test('every rule has a file of its name', () => {
  const files = readdirSync(new URL('../../../src/plan/rules', import.meta.url))
  expect(rules.map((rule) => `${rule.name}.ts`).filter((file) => !files.includes(file))).toEqual([])
  expect(new Set(rules.map((rule) => rule.name)).size).toBe(rules.length)
})

test.each([
  ['interval: 1s\ntimeout: 1s', 'step cut, gate http: `interval` 1s is not shorter than `timeout` 1s @26'],
  ['interval: 0s', 'step cut, gate http: `interval` is 0s @26'],
  ['timeout: 0s', 'step cut, gate http: `timeout` is 0s @26'],
  ['successThreshold: 61', 'step cut, gate http: `timeout` 1m ends before 61 passes 1s apart can be seen: that takes 1m1s @25'],
  ['hold: 500ms', 'step cut, gate http: `hold` 500ms ends before the next observation (`interval` 1s) @26'],
  [
    'hold: 3s\nfailureThreshold: 3',
    'step cut, gate http: `failureThreshold` 3 tolerates that every observation of `hold` fails (3s at 1s) @27',
  ],
  [
    'hold: 3s\ninterval: 50ms',
    'step cut, gate http: `interval` 50ms is too dense for `hold`: observations more than twice that apart do not count, so that it would never end @27',
  ],
])('a gate that could not pass, or could pass unseen: %j', async (policy, expected) => {
  expect(await budget(policy)).toEqual([`gate-budget: ${expected}`])
})

test.each(['successThreshold: 60', 'hold: 3s\nfailureThreshold: 2', 'hold: 1s', 'hold: 10s\ninterval: 100ms', 'interval: 10ms'])(
  'a gate that can pass: %j',
  async (policy) => {
    expect(await budget(policy)).toEqual([])
  },
)

test('a wrong host in a file is named with its place, and every place is looked at', async () => {
  const files = { 'app/a.yaml': 'www.example.org', 'app/b.yaml': 'example.org', 'app/c.yaml': 'other.org' }
  const problems = await problemsOf(changed('router: app', 'router: app, host: x.org'), files)
  expect(problems.map(({ summary }) => summary)).toEqual([
    "step deploy: the Ingress of app/b.yaml names the host example.org, but the site's is www.example.org",
    "step deploy: the Ingress of app/c.yaml names the host other.org, but the site's is www.example.org",
    "step cut: the rule of app names the host x.org, but the site's is www.example.org",
  ])
})

test('a host is the same in capitals and with a dot at its end', async () => {
  expect(await problemsOf(changed('router: app', 'router: app, host: WWW.Example.org.'))).toEqual([])
})

test('an Ingress may stand for the host of the site by a wildcard, of one label', async () => {
  expect(await problemsOf(changed('router: app', 'router: app'), { 'app/a.yaml': '*.example.org' })).toEqual([])
  const problems = await problemsOf(changed('router: app', 'router: app'), { 'app/a.yaml': '*.org', 'app/b.yaml': '*.www.example.org' })
  expect(problems.map(({ summary }) => summary)).toEqual([
    "step deploy: the Ingress of app/a.yaml names the host *.org, but the site's is www.example.org",
    "step deploy: the Ingress of app/b.yaml names the host *.www.example.org, but the site's is www.example.org",
  ])
})

test('a plan in which nothing names the host of the site', async () => {
  const withoutRoute = changed('    cut-route: { router: app }', '    verify-app: {}')
  expect(await codesOf(withoutRoute, { 'app/x': 'www.example.org' })).not.toContain('host-not-served 4:8')
  expect(await codesOf(changed('    deploy-app: { manifests: app }', '    verify-app: {}', withoutRoute), {})).not.toContain(
    'host-not-served 4:8',
  )
  const emptyFolder = changed('manifests: app', 'manifests: none', withoutRoute)
  expect(await codesOf(emptyFolder, FILES)).toContain('host-not-served 4:8')
})

test('what a kind cannot read in its files becomes a problem at the step', async () => {
  expect(await codesOf(changed('name: example', 'name: example'), { 'app/a.yaml': '' })).toEqual(['bad-manifest 18:5'])
})

test('a file of the site that is not there', async () => {
  expect(await codesOf(changed('  expect:', '  ca: none.pem\n  expect:'))).toEqual(['file-missing 5:7'])
})

test('a rollback to the first state, and to the state just before, is fine', async () => {
  for (const state of ['nomad-only', 'both-running', 'k8s-only']) {
    expect(await problemsOf(changed('    soak: {', `    onFailure: { rollbackTo: ${state} }\n    soak: {`))).toEqual([])
  }
})

test('a state that is written wrong gets a suggestion', async () => {
  const [problem] = (await problemsOf(changed('reaches: both-running', 'reaches: bothrunning'))).filter(
    (each) => each.code === 'unknown-state',
  )
  expect(problem?.next[0]).toBe('did you mean `both-running`?')
})

test.each([
  ['watch: { interval: 100ms }', 'watch: `interval` 100ms asks the site too often'],
  [
    'watch: { interval: 10s, failureThreshold: 3, within: 30s }',
    'watch: `within` 30s has no room for more than 3 wrong answers 10s apart, as a site that hangs gives them: it could never trip',
  ],
  [
    'watch: { within: 5s }',
    'watch: `within` 5s has no room for more than 2 wrong answers 5s apart, as a site that hangs gives them: it could never trip',
  ],
])('a watch that would be a load, or could never trip: %s', async (watch, expected) => {
  expect((await problemsOf(changed('steps:', `${watch}\nsteps:`))).map(({ code, summary }) => `${code}: ${summary}`)).toEqual([
    `watch-budget: ${expected}`,
  ])
})

test.each(['watch: {}', 'watch: { failureThreshold: 0 }', 'watch: { interval: 10s, failureThreshold: 2, within: 30s }'])(
  'a watch that can trip: %s',
  async (watch) => {
    expect(await problemsOf(changed('steps:', `${watch}\nsteps:`))).toEqual([])
  },
)
