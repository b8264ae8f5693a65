import { describe, expect, it } from 'vitest'
import { evaluatePolicies } from '../../src/policies/evaluate.ts'
import { DEFAULT_LIMITS } from '../../src/policies/limits.ts'
import { pack, PLAN, subjects } from './subjects.ts'

const TWO = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { replicas: 2, containers: [{ name: app, image: 'web:1' }, { name: side, image: 'side:latest' }] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: NodePort }
`

describe('asking', () => {
  it('asks about each object, and names what is wrong with all that a reader needs', async () => {
    const rule = {
      kinds: ['Service'],
      expression: "object.spec.type != 'NodePort'",
      path: 'spec.type',
      message: "'it is ' + object.spec.type",
    }
    const report = await evaluatePolicies([await pack(rule)], subjects(TWO), [])
    expect(report.findings).toEqual([
      {
        rule: 'team/rule-0',
        severity: 'error',
        object: 'Service/web',
        path: 'spec.type',
        message: 'it is NodePort',
        why: 'why',
        fix: 'fix',
        source: { file: 'shop.yaml', line: 2, column: 1 },
      },
    ])
    expect(report.asked).toEqual({ 'team/rule-0': 1 })
    expect(report.questions).toEqual([{ rule: 'team/rule-0', object: 'Service/web', verdict: 'found' }])
  })

  it.each([
    ['Deployment', 1],
    ['apps/Deployment', 1],
    ['batch/Deployment', 0],
    ['Job', 0],
  ])('looks at kind %s', async (kind, times) => {
    const report = await evaluatePolicies([await pack({ kinds: [kind], expression: 'true' })], subjects(TWO), [])
    expect(report.asked).toEqual({ 'team/rule-0': times })
  })

  it('asks for each member, and fills its index into the path', async () => {
    const rule = {
      kinds: ['Deployment'],
      each: 'object.spec.containers',
      expression: "!it.image.endsWith(':latest')",
      path: 'spec.containers[{index}].image',
      message: "'container ' + it.name + ', number ' + string(index)",
    }
    const report = await evaluatePolicies([await pack(rule)], subjects(TWO), [])
    expect(report.findings.map(({ path, message }) => [path, message])).toEqual([['spec.containers[1].image', 'container side, number 1']])
    expect(report.asked).toEqual({ 'team/rule-0': 2 })
  })

  it('a member may say itself where the finding is', async () => {
    const each = "objects.map(o, {'object': o.kind + '/' + o.metadata.name, 'path': 'metadata.name', 'step': o.step})"
    const rule = { looksAt: 'objects', each, expression: "it.object != 'Service/web'", message: 'it.step' }
    const report = await evaluatePolicies([await pack(rule)], subjects(TWO), [])
    expect(report.findings).toMatchObject([
      { object: 'Service/web', path: 'metadata.name', message: 'deploy', source: { file: 'shop.yaml', line: 2 } },
    ])
    expect(report.questions.map(({ object, verdict }) => `${object} ${verdict}`)).toEqual(['Deployment/web passed', 'Service/web found'])
  })

  it('all objects at once have the name of the plan', async () => {
    const report = await evaluatePolicies([await pack({ looksAt: 'objects', expression: 'size(objects) == 1' })], subjects(TWO), [])
    expect(report.findings).toMatchObject([{ object: 'Plan/shop' }])
  })

  it('asks nothing where `when` is false, and says so', async () => {
    const rule = { when: "plan.environment == 'development'", expression: 'false' }
    const report = await evaluatePolicies([await pack(rule)], subjects(TWO), [])
    expect(report).toMatchObject({ findings: [], asked: { 'team/rule-0': 0 }, questions: [], problems: [] })
  })

  it('charts and images are asked as they are', async () => {
    const chart = { chart: 'charts/shop', step: 'deploy', files: new Map([['charts/shop/Chart.yaml', 'name: shop']]), values: [], lint: [] }
    const image = { reference: 'shop:1', digest: 'sha256:0', platforms: ['linux/amd64'] }
    const rules = [
      { looksAt: 'chart', expression: "!(chart.chart + '/Chart.yaml' in chart.files)" },
      { looksAt: 'image', expression: 'has(image.image)' },
    ]
    const report = await evaluatePolicies([await pack(...rules)], subjects('', { objects: [], charts: [chart], images: [image] }), [])
    expect(report.findings.map(({ object }) => object)).toEqual(['charts/shop', 'shop:1'])
  })

  it('whole numbers, other numbers and missing fields are what CEL says they are', async () => {
    const right = [
      'object.spec.replicas + 1 == 3',
      'plan.expects.half < 1',
      '!has(object.spec.strategy)',
      'object.spec.?strategy.orValue(7) == 7',
    ]
    const rules = right.map((expression) => ({ kinds: ['Deployment'], expression }))
    const report = await evaluatePolicies([await pack(...rules)], subjects(TWO, { plan: { ...PLAN, expects: { half: 0.5 } } }), [])
    expect(report).toMatchObject({ findings: [], problems: [] })
  })

  it('data cannot pretend to be another type', async () => {
    const odd = `{ apiVersion: v1, kind: ConfigMap, metadata: { name: odd }, data: { constructor: a, __proto__: b, toString: c } }`
    const expression = "object.data.constructor == 'a' && '__proto__' in object.data && !has(object.data.valueOf) && size(object.data) == 3"
    const report = await evaluatePolicies([await pack({ expression })], subjects(odd), [])
    expect(report).toMatchObject({ findings: [], problems: [] })
  })

  it('a rule that came from no file and is broken is refused once it is asked', async () => {
    const whole = await pack({ expression: 'true' }, { expression: 'true' })
    const broken = { ...whole, rules: whole.rules.map((rule) => ({ ...rule, kinds: ['Service'], expression: 'objcet.kind' })) }
    await expect(evaluatePolicies([broken], subjects(TWO), [])).rejects.toMatchObject({
      problem: { code: 'policy-expression-broken', summary: 'rule team/rule-0 is broken: `expression`: unknown variable: objcet' },
    })
  })

  it('two packs of one name are refused', async () => {
    const one = await pack({ expression: 'true' })
    await expect(evaluatePolicies([one, { ...one }], subjects(TWO), [])).rejects.toMatchObject({ problem: { code: 'duplicate-pack' } })
  })
})

describe('a rule without an answer', () => {
  it.each([
    ['a field that is not there', { expression: 'object.spec.nothing == 1' }, /`expression` fails at character 13: No such key: nothing/],
    ['a condition that is none', { expression: 'object.kind' }, /`expression` gives text, not true or false/],
    ['a message that is none', { expression: 'false', message: 'object.spec' }, /`message` gives a map, not text/],
    ['members that are none', { expression: 'true', each: 'object.spec' }, /`each` gives a map, not a list/],
    ['a broken `when`', { expression: 'true', when: 'object.nothing' }, /`when` fails at character 8/],
    ['a broken pattern', { expression: "object.kind.matches('(')" }, /Invalid regular expression/],
  ])('%s is a problem, never a pass', async (_, rule, reason) => {
    const report = await evaluatePolicies([await pack({ kinds: ['Service'], ...rule })], subjects(TWO), [])
    expect(report.problems).toMatchObject([{ code: 'policy-cannot-be-asked', exitCode: 65, location: { file: 'team.yaml', line: 5 } }])
    expect(report.problems[0]?.summary).toMatch(reason)
    expect(report.questions).toMatchObject([{ object: 'Service/web', verdict: 'inconclusive' }])
  })

  it('is one problem for all its objects, and only a warning where the rule refuses nothing', async () => {
    const report = await evaluatePolicies([await pack({ expression: 'object.nothing', severity: 'hint' })], subjects(TWO), [])
    expect(report.problems).toEqual([])
    expect(report.warnings).toMatchObject([{ code: 'policy-cannot-be-asked', details: ['nor Service/web'] }])
  })

  it('too many members are not asked about', async () => {
    const rule = { kinds: ['Deployment'], each: 'object.spec.containers', expression: 'true' }
    const report = await evaluatePolicies([await pack(rule)], subjects(TWO), [], { ...DEFAULT_LIMITS, members: 1 })
    expect(report.problems[0]?.summary).toMatch(/`each` gives 2 members, more than 1/)
  })

  it('a long message is cut', async () => {
    const rule = { kinds: ['Service'], expression: 'false', message: "'abcdef'" }
    const report = await evaluatePolicies([await pack(rule)], subjects(TWO), [], { ...DEFAULT_LIMITS, message: 3 })
    expect(report.findings[0]?.message).toBe('abc…')
  })
})

describe('a slow rule', () => {
  const slow = `{ apiVersion: v1, kind: ConfigMap, metadata: { name: slow }, data: { text: ${'a'.repeat(60)}b } }`
  const quick = '{ apiVersion: v1, kind: ConfigMap, metadata: { name: quick }, data: { text: b } }'
  const hostile = { expression: "!object.data.text.matches('^(a+)+$')" }

  it('is stopped, named with its object, and asked no more; the others have their answers', async () => {
    const rules = [hostile, { expression: "object.metadata.name == 'quick'", message: 'object.metadata.name' }]
    const report = await evaluatePolicies([await pack(...rules)], subjects(`${quick}\n---\n${slow}\n---\n${quick}`), [])
    expect(report.problems).toMatchObject([{ code: 'policy-too-slow', details: ['nor ConfigMap/quick'] }])
    expect(report.problems[0]?.summary).toMatch(
      /rule team\/rule-0 took too long on ConfigMap\/slow and was stopped: no answer within 100 ms/,
    )
    expect(report.findings.map(({ rule, message }) => [rule, message])).toEqual([['team/rule-1', 'slow']])
  })

  it('a list that grows without end is stopped too', async () => {
    const ten = '[1,2,3,4,5,6,7,8,9,0]'
    const expression = `cel.bind(a, ${ten}, ${'a.map(x, '.repeat(9)}x${')'.repeat(9)} == [])`
    const report = await evaluatePolicies([await pack({ expression })], subjects(quick), [])
    expect(report.problems).toMatchObject([{ code: 'policy-too-slow' }])
  })

  it('what the time for all does not reach has no answer', async () => {
    const report = await evaluatePolicies([await pack({ expression: 'true' })], subjects(quick), [], { ...DEFAULT_LIMITS, all: 0 })
    expect(report.problems[0]?.summary).toMatch(/was not asked: all rules together took more than 0 ms/)
    expect(report.asked).toEqual({ 'team/rule-0': 0 })
  })
})
