import { describe, expect, it } from 'vitest'
import { REGISTRIES } from '../../../src/cli/wire/plan-source.ts'
import type { PolicyCheck } from '../../../src/cli/wire/policy-check.ts'
import { policyCheck } from '../../../src/cli/wire/policy-check.ts'
import { ProblemError } from '../../../src/domain/problem.ts'
import { onTheWay } from '../../../src/cli/wire/on-the-way.ts'
import { EMPTY_RUN, PENDING_STEP } from '../../../src/domain/run-state.ts'
import type { PlanFiles } from '../../../src/domain/ports/index.ts'
import { readPlan } from '../../../src/plan/read-plan.ts'
import { fakeFiles } from '../../fakes/ports/files.ts'
import { FakeRendering, helmOutput } from '../../fakes/ports/rendering.ts'
import { FakeWorld } from '../../fakes/ports/world.ts'
import { CHART_FILES, CONFIG, DEPLOYMENT } from '../../steps/deploy-to-kubernetes/charts.ts'
import { packText } from '../../policies/subjects.ts'

const PLAN = (policies: string): string => `apiVersion: jmc-migrate/v1
name: shop
states: [empty, running]
targets: { kubernetes: { namespace: shop } }
${policies}
steps:
  - id: deploy
    deploy-to-kubernetes: { helm: { chart: shop, release: shop, set: { token: '\${env:TOKEN}' } } }
    reaches: running
`
const TEAM = 'policies: { packs: [], files: [team.yaml] }'
const RIGHT = { expression: 'true' }
const WRONG = { expression: 'false' }

async function checked(policies: string, rules: readonly object[], more: Partial<PolicyCheck> & { readonly done?: true } = {}) {
  const files: PlanFiles = fakeFiles({
    ...CHART_FILES,
    'notes/read-me.md': 'rules',
    'team.yaml': packText(...rules.map((rule) => ({ ...rule }))),
  })
  const { plan } = await readPlan({ path: 'plan.yaml', text: PLAN(policies) }, REGISTRIES, files)
  const rendering = new FakeRendering()
  rendering.output.set('shop', helmOutput('shop', ['templates/a.yaml', CONFIG], ['templates/b.yaml', DEPLOYMENT]))
  const state = { ...EMPTY_RUN, steps: new Map([['deploy', { ...PENDING_STEP, phase: 'done' as const }]]) }
  const loaded = { plan, warnings: [], files, snapshot: { schema: 1 as const, planPath: '', planText: '', listings: {}, files: {} } }
  const way = onTheWay({ loaded, ...(more.done && { state }) }, { do: 'run', to: 'running' })
  const world = new FakeWorld()
  const resolve = more.resolve ?? (async () => 'the-token')
  const [check] = policyCheck(plan, REGISTRIES.kinds, { files, resolve, way })
  const findings = (await check?.check({ ...world.ports, rendering })) ?? []
  return { findings, told: findings.map(({ what, verdict }) => `${verdict} ${what}`), rendering, world }
}

const unset = async (): Promise<string> => {
  throw new ProblemError({ code: 'variable-not-set', summary: 'TOKEN is not set', next: [] })
}

describe('the sentence says what was verified', () => {
  it('rules that found something, or could not be asked, do not hold; hints are counted', async () => {
    const { told } = await checked(TEAM, [
      RIGHT,
      { ...WRONG, severity: 'warning' },
      { ...WRONG, severity: 'hint' },
      { expression: 'object.no', severity: 'hint' },
    ])
    expect(told[0]).toBe('pass 1 rule holds for 2 objects; 2 hints, which `validate` tells')
    expect(told.slice(1).every((each) => each.startsWith('warn'))).toBe(true)
  })

  it('what holds by a waiver is said apart', async () => {
    const waived = `policies: { packs: [], files: [team.yaml], waivers: [{ rule: team/rule-1, object: '*', reason: known to all, expires: 2099-12-31 }] }`
    expect((await checked(waived, [RIGHT, WRONG])).told).toEqual(['pass 2 rules hold for 2 objects, 1 of them by waivers'])
  })

  it('nothing asked is a warning, never a pass', async () => {
    const { findings } = await checked('policies: { packs: [] }', [])
    expect(findings.map(({ verdict, problem }) => [verdict, problem?.code])).toEqual([['warn', 'no-rule-asked']])
  })

  it('a folder without any pack is a problem', async () => {
    const { findings } = await checked('policies: { files: [notes] }', [])
    expect(findings.map(({ verdict, problem }) => [verdict, problem?.code])).toEqual([['fail', 'no-policy-pack']])
    expect(findings[0]?.what).toContain('none of its 1 file ends in .yaml or .yml')
  })
})

describe('what is rendered', () => {
  it('is what will be sent: with the secrets, for the version of the cluster', async () => {
    const { rendering, world } = await checked(TEAM, [RIGHT])
    const { version } = await world.ports.kubernetes.describe()
    expect(rendering.charts[0]).toMatchObject({ set: { token: 'the-token' } })
    expect(rendering.charts.flatMap(({ kubernetesVersion }) => kubernetesVersion ?? [])).toEqual([version])
  })

  it('needs no secret of a step that is done, and what is wrong with its objects is a warning', async () => {
    const { told, rendering } = await checked(TEAM, [WRONG], { resolve: unset, done: true })
    expect(told).toHaveLength(2)
    expect(told.every((each) => each.startsWith('warn'))).toBe(true)
    expect(rendering.charts[0]).toMatchObject({ set: { token: 'placeholder-of-TOKEN' } })
    expect((await checked(TEAM, [WRONG], { resolve: unset })).told).toEqual(['fail TOKEN is not set'])
  })
})
