import { expect, test } from 'vitest'
import { changed, GOOD_PLAN, problemsOf } from './fakes.ts'

/** What is wrong, the problem's code, and the plan with the place that the caret must underline between « and ». */
const BROKEN: readonly (readonly [string, string, string])[] = [
  // Syntax
  ['a tab in the indentation', 'tab-indentation', changed('  url:', '«\t»url:')],
  ['a tab after spaces', 'tab-indentation', changed('    host: hestia', '  «\t»host: hestia')],
  ['a tab in a flow map', 'tab-indentation', changed('{ status: 200, body: Hello }', '{\n«\t»status: 200\n}')],
  ['a key twice', 'duplicate-key', changed('name: example', 'name: example\n«name»: other')],
  ['a quoted key twice', 'duplicate-key', changed('name: example', 'name: example\n«"name"»: other')],
  ['several documents', 'several-documents', `${GOOD_PLAN}«---»\nname: x\n`],
  ['an open bracket', 'not-yaml', changed('nomad-removed]\nsteps', 'nomad-removed\n«s»teps')],
  ['an open quote', 'not-yaml', `name: "example\n«»`],
  ['a colon inside', 'not-yaml', changed('name: example', 'name: «e»xample: two')],
  ['a field out of line', 'not-yaml', changed('  kubernetes: {', '  kubernetes: { namespace: a }\n    «m»ore: {')],
  ['a reserved character', 'not-yaml', changed('body: Hello', 'body: «@»home')],
  ['an alias to nothing', 'bad-alias', changed('body: Hello', 'body: «*hello»')],
  ['an anchor in itself', 'bad-alias', `${GOOD_PLAN}lab: &a [«*a»]\n`],
  ['a tag', 'unknown-tag', changed('body: Hello', 'body: «!secret» Hello')],
  ['an empty file', 'empty-plan', '«»'],
  ['only comments', 'empty-plan', '«#» nothing\n\n'],
  ['a text', 'not-a-plan', '«just text»\n'],
  ['a list', 'not-a-plan', '«- a\n»- b\n'],
  // Fields
  ['an unknown field at the root', 'unknown-field', changed('states:', 'nmae: x\nstates:').replace('nmae', '«nmae»')],
  ['an unknown field in a flow map', 'unknown-field', changed('become: sudo', '«becom»: sudo')],
  ['an unknown field of a step', 'unknown-field', changed('    gates:', '    «gate»:')],
  ["an unknown field of a kind's spec", 'unknown-field', changed('router: app', 'router: app, «hots»: x')],
  ['an unknown field of a gate', 'unknown-field', changed('interval: 2s', '«intervall»: 2s')],
  ['an unknown step kind', 'unknown-step-kind', changed('    stop-job', '    «stopjobs»')],
  ['a step kind nobody heard of', 'unknown-step-kind', changed('    verify-app', '    «reticulate-splines»')],
  ['an unknown gate kind', 'unknown-gate-kind', changed('- http:', '- «htttp»:')],
  ['no step kind', 'missing-step-kind', changed('  - id: verify\n    verify-app: {}', '  - «id»: verify')],
  ['no gate kind', 'missing-gate-kind', changed('- http: {}\n        interval', '- «interval»')],
  ['two step kinds', 'several-step-kinds', changed('    stop-job: { job: app }', '    stop-job: { job: app }\n    «soak»: { hold: 5m }')],
  ['two gate kinds', 'unknown-field', changed('- http: {}', '- http: {}\n        «ping»: {}')],
  ['a field missing at the root', 'missing-field', changed('apiVersion: jmc-migrate/v1\nname', '«name»')],
  ['a field missing in a block', 'missing-field', changed('  edge:\n    host: hestia\n', '  «edge»:\n')],
  ['a field missing in a flow map', 'missing-field', changed('    deploy-app: { manifests: app }', '    «deploy-app»: {}')],
  ['another version of the format', 'wrong-value', changed('jmc-migrate/v1', '«jmc-migrate/v9»')],
  ['a name that is no file name', 'wrong-value', changed('name: example', 'name: «../up»')],
  ['no URL', 'wrong-value', changed('https://www.example.org/', '«www.example.org»')],
  ['a password in the URL', 'wrong-value', changed('https://www.example.org/', '«https://a:b@www.example.org/»')],
  ['a status that is none', 'wrong-value', changed('status: 200', 'status: «2000»')],
  ['a kind without a value', 'wrong-value', changed('    verify-app: {}', '    «verify-app»:')],
  ['text for a list', 'wrong-value', changed('[nomad-only, both-running, k8s-only, nomad-removed]', '«nomad-only»')],
  ['a list for a map', 'wrong-value', changed('{ hold: 5m, failureThreshold: 2 }', '«[5m]»')],
  ['an empty list of steps', 'wrong-value', `${GOOD_PLAN.slice(0, GOOD_PLAN.indexOf('steps:'))}steps: «[]»\n`],
  ['a number for a duration', 'wrong-value', changed('interval: 2s', 'interval: «2»')],
  ['a duration without a unit', 'wrong-value', changed('hold: 5m', 'hold: «"5"»')],
  ['an enumerated value', 'wrong-value', changed('router: app', 'router: app, entryPoints: [web, «websecur»]')],
  ['onFailure of no known sort', 'wrong-value', changed('    reaches: k8s-only', '    reaches: k8s-only\n    onFailure: «rolback»')],
  ['onFailure with a wrong field', 'unknown-field', changed('reaches: k8s-only', 'reaches: k8s-only\n    onFailure: { «rollBackto»: x }')],
  ['a relative dynamicConfig', 'wrong-value', changed('/etc/traefik/dynamic.yml', '«dynamic.yml»')],
  ['visitors without a port', 'wrong-value', changed('api: http', 'visitors: «10.0.0.1»\n    api: http')],
  ['metrics that are no URL', 'wrong-value', changed('api: http', 'metrics: «10.0.0.1:8080»\n    api: http')],
  [
    'an item through an alias',
    'wrong-value',
    changed('{ status: 200, body: Hello }', '*e').replace('site:', 'lab: &e { status: «x» }\nsite:'),
  ],
  // Templates and secrets
  ['a template that never ends', 'bad-template', changed("'${env:NOMAD_TOKEN}'", "'«${env:NOMAD_TOKEN»'")],
  ['a template of an unknown source', 'bad-template', changed('${env:NOMAD_ADDR}', 'http://«${evn:NOMAD_ADDR}»')],
  ['a template without a source', 'bad-template', changed('${env:NOMAD_ADDR}', '«${NOMAD_ADDR}»')],
  ['a template that names nothing', 'bad-template', changed('${env:NOMAD_ADDR}', '«${file:}»')],
  ['a template with a bad variable', 'bad-template', changed('${env:NOMAD_ADDR}', '«${env:NOMAD-ADDR}»')],
  ['a template where none is resolved', 'template-not-here', changed('body: Hello', "body: 'a «${env:BODY}»'")],
  ['a template in a host name', 'bad-template', changed('ssh: hestia', "ssh: 'a «${env:}»'")],
  ['a secret that is written out', 'literal-secret', changed("token: '${env:NOMAD_TOKEN}'", '«token»: 6f1b-secret')],
  // Rules
  ['an id twice', 'duplicate-step-id', changed('- id: soak', '- id: stop').replace(/- id: stop\n(?= {4}stop-job)/, '- id: «stop»\n')],
  ['a state twice', 'duplicate-state', changed('[nomad-only, both-running', '[nomad-only, both-running, «both-running»')],
  ['a state that nobody reaches', 'state-never-reached', changed('k8s-only, nomad', 'k8s-only, «warm», nomad')],
  ['the first state reached', 'state-order', changed('    verify-app: {}', '    verify-app: {}\n    reaches: «nomad-only»')],
  ['a state reached twice', 'state-reached-twice', changed('    verify-app: {}', '    verify-app: {}\n    reaches: «both-running»')],
  [
    'states in the wrong order',
    'state-order',
    changed('[nomad-only, both-running, k8s-only', '[nomad-only, k8s-only, both-running').replace(
      'reaches: k8s-only',
      'reaches: «k8s-only»',
    ),
  ],
  ['a rollback to an unknown state', 'unknown-state', changed('    soak: {', '    onFailure: { rollbackTo: «both-runing» }\n    soak: {')],
  [
    'a rollback into the future',
    'state-not-reached',
    changed('    soak: {', '    onFailure: { rollbackTo: «nomad-removed» }\n    soak: {'),
  ],
  [
    'a target that is not named',
    'target-missing',
    changed('  kubernetes: { namespace: default }\n', '').replace('deploy-app', '«deploy-app»'),
  ],
  ['a host that is not named', 'unknown-host', changed('    host: hestia', '    host: «hesta»')],
  ['files that are not there', 'file-missing', changed('manifests: app', 'manifests: «apps»')],
  ['a gate without time to settle', 'gate-budget', changed('timeout: 30s', 'timeout: «5s»')],
  ['a soak that is shorter than its interval', 'gate-budget', changed('hold: 5m', 'hold: «500ms»').replace(', failureThreshold: 2', '')],
  ['an irreversible step too early', 'irreversible-not-last', changed('    verify-app: {}', '    «purge-job»: { job: x }')],
  ['another host', 'wrong-host', changed('    cut-route: { router: app }', '    «cut-route»: { router: app, host: example.org }')],
  ['what the kind itself refuses', 'router-is-plan', changed('    cut-route: { router: app }', '    «cut-route»: { router: example }')],
]

test.each(BROKEN)('%s: %s', async (_, code, marked) => {
  const start = marked.indexOf('«')
  const end = marked.indexOf('»') - 1
  const text = marked.replace('«', '').replace('»', '')
  const before = text.slice(0, start).split('\n')
  const found = (await problemsOf(text)).map((problem) => ({ code: problem.code, ...problem.location }))
  expect(found).toContainEqual({
    code,
    file: 'plan.yaml',
    line: before.length,
    column: (before.at(-1) ?? '').length + 1,
    length: Math.max(1, text.slice(start, end).split('\n')[0]?.length ?? 1),
    text: (text.split('\n')[before.length - 1] ?? '').replace('6f1b-secret }', '************}'),
  })
})

test('every table entry differs from the good plan, which has no problem', async () => {
  expect(await problemsOf(GOOD_PLAN)).toEqual([])
})

test.each([
  ['interval: 2s', 'interval: 2', 'add the unit: `2s`'],
  ['router: app', 'router: app, entryPoints: web', 'write `entryPoints: [web]`'],
  ['body: Hello', 'body: 5', 'put the value into quotes if it is meant as text'],
  ['    verify-app: {}', '    verify-app:', 'write `verify-app: {}` to take its defaults'],
  ['    soak: {', '    onFailure: rolback\n    soak: {', 'did you mean `rollback`?'],
  ['become: sudo', 'become: root', 'write `become: sudo`'],
  ['router: app', 'router: app, entryPoints: [wbe]', 'did you mean `web`?'],
  ['{ manifests: app }', '{ manifest: app }', 'did you mean `manifests`?'],
  ['{ manifests: app }', '{}', 'add `manifests` to step deploy: `deploy-app`'],
  ['${env:NOMAD_ADDR}', '${NOMAD_ADDR}', 'write `${env:NOMAD_ADDR}`'],
  ['  url:', '\turl:', 'replace the tab by spaces, two a level; `expand -t 2 plan.yaml` prints the file with all tabs replaced'],
])('%j written as %j: %s', async (from, to, advice) => {
  const problems = await problemsOf(changed(from, to))
  expect(problems).toHaveLength(1)
  expect(problems[0]?.next[0]).toBe(advice)
})
