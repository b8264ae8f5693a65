import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, test } from 'vitest'
import { diskFiles } from '../../src/adapters/system/plan-files.ts'
import type { Problem } from '../../src/domain/problem.ts'
import { ProblemError } from '../../src/domain/problem.ts'
import { gateKinds } from '../../src/gates/registry.ts'
import { readPlan } from '../../src/plan/read-plan.ts'
import { planReference } from '../../src/plan/reference.ts'
import { stepKinds } from '../../src/steps/registry.ts'

const folder = fileURLToPath(new URL('../../plans', import.meta.url))
const registries = { kinds: stepKinds, gates: gateKinds }
const PORTIONS = readFileSync(join(folder, 'jayne-martin-counselling-in-portions.yaml'), 'utf8')

type Edit = readonly [from: string, to: string]
const edited = (...edits: readonly Edit[]): string =>
  edits.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`${from} is not there`)
    return text.replace(from, () => to)
  }, PORTIONS)

/** What is told of the plan in portions after these edits. */
async function told(...edits: readonly Edit[]): Promise<{ readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] }> {
  try {
    const { warnings } = await readPlan({ path: 'plan.yaml', text: edited(...edits) }, registries, diskFiles(folder))
    return { problems: [], warnings }
  } catch (error) {
    if (error instanceof ProblemError) return { problems: error.problems, warnings: [] }
    throw error
  }
}
const warned = async (...edits: readonly Edit[]): Promise<readonly string[]> =>
  (await told(...edits)).warnings.map(({ code, summary, location }) => `${code}: ${summary} @${location?.text?.trim()}`)

const HALF = 'shift-traefik-route: { send: 50% }'
const step = (id: string): string => {
  const [found] = new RegExp(`  - id: ${id}\n(?:    .*\n)+`).exec(PORTIONS) ?? []
  if (found === undefined) throw new Error(`no step ${id}`)
  return found
}

test('the plan in portions is good, without a warning', async () => {
  expect(await told()).toEqual({ problems: [], warnings: [] })
})

describe('what is hardly meant is told, and the plan is still good', () => {
  it.each(['.*', '.+', '[\\s\\S]*', '\\S+|\\s+', '(?:.|\\n)'])('a comparison that ignores everything: %s', async (pattern) => {
    expect(await warned(['paths: [/]', `paths: [/]\n      ignore: ['x\\d+', '${pattern}']`])).toEqual([
      `ignores-everything: step compare, compare-sides: \`ignore\` holds \`${pattern}\`, which matches everything: of headers and bodies nothing is left to compare @compare-sides:`,
    ])
  })

  it.each(['Rendered in \\d+ ms', '<script>.*?</script>', '[a-z]+', '\\d', '^$', 'nonce="[^"]*"'])(
    'and not one that leaves something: %s',
    async (pattern) => {
      expect(await warned(['paths: [/]', `paths: [/]\n      ignore: ['${pattern}']`])).toEqual([])
    },
  )

  it.each<readonly [string, string, readonly string[]]>([
    ['50%', '5%', ['half']],
    ['2%', '1%', ['half']],
    ['failover', '50%', ['half']],
    ['5%', '5%', []],
    ['failover', 'failover', []],
    ['99%', 'failover', []],
  ])('portions that go down: %s, then %s', async (first, second, steps) => {
    const found = await warned(['{ send: 50% }', `{ send: ${second} }`], ['{ send: 5% }', `{ send: ${first} }`])
    expect(found.map((each) => each.split(',')[0])).toEqual(steps.map((id) => `portion-goes-down: step ${id}`))
  })

  it.each<readonly [string, readonly string[]]>([
    ['interval: 1s, timeout: 5s', ['health-check-timeout']],
    ['interval: 500ms', ['health-check-timeout']],
    ['interval: 2s, timeout: 2s', []],
    ['path: /healthz', []],
  ])('a health check that takes longer than it is apart: %s', async (fields, codes) => {
    const found = await told(['{ send: failover }', `{ send: failover, healthCheck: { ${fields} } }`])
    expect(found.warnings.map(({ code }) => code)).toEqual(codes)
  })

  it.each<readonly [string, readonly string[]]>([
    ['{ samples: 1000 }\n        timeout: 5s', ['samples-out-of-reach']],
    ['{ samples: 302 }', ['samples-out-of-reach']],
    ['{ samples: 301 }', []],
    ['{ samples: 1000 }\n        timeout: 20s\n        interval: 10ms', []],
  ])('samples that our own requests cannot gather in time: %s', async (gate, codes) => {
    const found = await told(['canary-analysis: { samples: 30 }', `canary-analysis: ${gate}`])
    expect(found.warnings.map(({ code }) => code)).toEqual(codes)
    if (codes.length > 0) expect(found.warnings[0]?.location?.text).toContain('canary-analysis')
  })

  it('says how long they would take', async () => {
    expect(await warned(['canary-analysis: { samples: 30 }', 'canary-analysis: { samples: 1000 }\n        timeout: 5s'])).toEqual([
      expect.stringContaining('step canary, gate canary-analysis: 1000 samples 1s apart take 16m39s, and `timeout` is 5s'),
    ])
  })

  it.each([HALF, 'shift-traefik-route: { send: failover }'])('k8s-only that is reached while Nomad is still asked: %s', async (portion) => {
    expect(
      await warned([portion, `${portion}\n    reaches: k8s-only`], ['{ send: 100% }\n    reaches: k8s-only', '{ send: 100% }']),
    ).toEqual([
      expect.stringMatching(
        /^kubernetes-not-alone: step \S+ reaches `k8s-only`, but visitors may still be sent to the old side \(Nomad\) after it @reaches: k8s-only$/,
      ),
    ])
  })
})

describe('one mistake is one problem', () => {
  const only = async (...edits: readonly Edit[]): Promise<Problem | undefined> => {
    const { problems } = await told(...edits)
    expect(problems.map(({ summary }) => summary)).toHaveLength(1)
    return problems[0]
  }

  it('a plan in which nothing opens the route', async () => {
    expect(await only([step('only-me'), ''])).toMatchObject({
      code: 'doors-not-open',
      summary: expect.stringContaining('step compare'),
      next: ['add a step of kind open-traefik-route, which opens doors to both sides, before `compare`'],
      details: [expect.stringContaining('gate canary-analysis of step canary, step half (shift-traefik-route)')],
    })
  })

  it('also where the step that opens it would have been the one to prove the new side', async () => {
    expect(await only([step('only-me'), ''], [step('check-ingress'), ''])).toMatchObject({ code: 'doors-not-open' })
  })

  it('also where everything moves at once', async () => {
    const edits = ['only-me', 'check-ingress', 'compare', 'canary', 'half', 'with-spare'].map((id): Edit => [step(id), ''])
    expect(await only(...edits)).toMatchObject({
      code: 'route-not-open',
      location: { text: expect.stringContaining('shift-traefik-route') },
    })
  })

  it('and two are two: a job that stops under its visitors has another cause', async () => {
    const { problems } = await told([step('stop'), ''], ['  - id: canary\n', `${step('stop')}\n  - id: canary\n`], [step('only-me'), ''])
    expect(problems.map(({ code }) => code)).toEqual(expect.arrayContaining(['doors-not-open', 'unsafe-traffic']))
  })
})

describe('what a wrong value is told', () => {
  const sections = new Map(
    planReference(registries)
      .split(/^(?=##)/m)
      .map((section) => [/^#+ `?(.*?)`?$/m.exec(section)?.[1] ?? '', section]),
  )
  const problem = async (...edits: readonly Edit[]): Promise<Problem | undefined> => (await told(...edits)).problems[0]

  it.each<readonly [Edit, field: string, section: string | undefined]>([
    [['paths: [/]', "paths: [/]\n      ignore: ['(']"], 'ignore', 'compare-sides'],
    [['paths: [/]', 'paths: [about]'], 'paths', 'compare-sides'],
    [['paths: [/]', 'paths: [/]\n      fine: [{ what: bod, because: x }]'], 'fine[].what', 'compare-sides'],
    [['paths: [/]', 'paths: [/]\n      clientAddress: { path: x, pattern: "(a)" }'], 'clientAddress.path', 'compare-sides'],
    [['samples: 30', 'samples: 0'], 'samples', 'canary-analysis'],
    [['- canary-analysis: { samples: 30 }', '- canary-analysis: {}\n        successThreshold: 0'], 'successThreshold', undefined],
    [['failureThreshold: 2, within: 30s', 'failureThreshold: -1'], 'failureThreshold', 'watch'],
    [['hestia: { ssh: hestia', "hestia: { ssh: ''"], 'hosts.NAME.ssh', 'targets'],
    [['status: 200', 'status: 2000'], 'expect.status', 'site'],
    [['states: [nomad-only', "states: ['../x'"], 'states', undefined],
    [
      ['replaces: jmc@consulcatalog', 'replaces: jmc@consulcatalog\n      moves: { www@file: { router: "a b" } }'],
      'moves.NAME.router',
      'open-traefik-route',
    ],
  ])('names the field as the reference does: %j', async (edit, field, section) => {
    const found = await problem(edit)
    const where = `\`${field}\`${section === undefined ? '' : ` under \`${section}\``}`
    expect(found).toMatchObject({ code: 'wrong-value', next: [`correct the value; docs/plan-reference.md describes ${where}`] })
    const described = section === undefined ? [...sections.values()].join('') : sections.get(section)
    expect(described).toContain(`| \`${field}\` |`)
  })

  it('a router without its provider: the form, and what could be meant', async () => {
    const replaces = 'replaces: jmc@consulcatalog'
    const form = "must be NAME@PROVIDER, as Traefik's API names routers: `www@consulcatalog`, `www@file` or `www@docker`"
    expect(await problem([replaces, `${replaces}\n      moves: { www: {} }`])).toMatchObject({
      summary: expect.stringContaining(`\`open-traefik-route.moves\`: the key \`www\` ${form}`),
      next: ['correct the key; docs/plan-reference.md describes `moves` under `open-traefik-route`'],
      location: { column: 16, length: 3 },
    })
    expect(await problem([replaces, `${replaces}\n      leaves: [www]`])).toMatchObject({ summary: expect.stringContaining(form) })
    expect(await problem([replaces, `${replaces}\n      leaves: ['a b@']`])).toMatchObject({
      summary: expect.stringContaining('such as www@consulcatalog'),
    })
  })
})
