import { describe, expect, it } from 'vitest'
import type { ValidatedPlan } from '../../../src/cli/contract.ts'
import { main } from '../../../src/cli/main.ts'
import type { PolicyFinding, PolicyReport } from '../../../src/domain/policy.ts'
import { readPolicyPack } from '../../../src/policies/read-pack.ts'
import { fakeApplication } from '../fake-application.ts'
import { fakeIo } from '../fake-io.ts'

const PLAN = 'plans/jayne-martin-counselling.yaml'
const PACK = `apiVersion: jmc-migrate/policy/v1
pack: team
summary: Ours.
rules:
  - name: named-well
    severity: error
    looksAt: object
    expression: object.metadata.name.startsWith('shop')
    message: "'is not a shop'"
    why: Names are found by their beginning.
    fix: Rename it.
    examples:
      passing: '{ apiVersion: v1, kind: Service, metadata: { name: shop-web } }'
      failing: '{ apiVersion: v1, kind: Service, metadata: { name: web } }'
`
const FINDING: PolicyFinding = {
  rule: 'team/named-well',
  severity: 'error',
  object: 'Service/web',
  message: 'is not a shop',
  why: 'Names are found by their beginning.',
  fix: 'Rename it.',
}

const report = (...findings: readonly PolicyFinding[]): PolicyReport => ({
  findings,
  asked: { 'team/named-well': 1 },
  questions: [{ rule: 'team/named-well', object: 'Service/web', verdict: findings.length > 0 ? 'found' : 'passed' }],
  problems: [],
  warnings: [],
})

async function call(said: PolicyReport, ...words: readonly string[]) {
  const io = fakeIo()
  const packs = [await readPolicyPack('team.yaml', PACK)]
  const plan: ValidatedPlan = { path: PLAN, name: 'site', steps: 6, problems: [], warnings: [], policies: { packs, report: said } }
  const code = await main(['validate', PLAN, ...words], io, async () => ({
    ...(await fakeApplication({})()),
    validate: async () => [plan],
  }))
  return { code, out: io.out(), err: io.err() }
}

describe('what a rule found', () => {
  it('refuses the plan, with object, rule, reason and remedy', async () => {
    const { code, out } = await call(report(FINDING))
    expect(code).toBe(65)
    expect(out).toContain(`${PLAN}: 1 problem`)
    for (const text of ['Service/web', 'is not a shop', 'team/named-well', 'Rename it.']) expect(out).toContain(text)
  })

  it('does not where it is a warning, or is waived', async () => {
    expect((await call(report({ ...FINDING, severity: 'warning' }))).code).toBe(0)
    const waived = await call(report({ ...FINDING, waiver: { reason: 'since ever', expires: '2030-12-31' } }))
    expect(waived.code).toBe(0)
    expect(waived.out).toContain('since ever')
  })

  it('and a rule that could not be asked refuses it too', async () => {
    const problem = { code: 'policy-too-slow', summary: 'took too long', next: [] }
    expect((await call({ ...report(), problems: [problem] })).code).toBe(65)
  })
})

describe('for other tools', () => {
  it('SARIF and nothing else on stdout', async () => {
    const { code, out } = await call(report(FINDING), '--format', 'sarif')
    expect(code).toBe(65)
    expect(JSON.parse(out)).toMatchObject({ version: '2.1.0', runs: [{ results: [{ ruleId: 'team/named-well', level: 'error' }] }] })
  })

  it('JUnit', async () => {
    const { code, out } = await call(report(), '--format', 'junit')
    expect(code).toBe(0)
    expect(out).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="jmc-migrate policies" tests="1"/)
  })

  it('a plan that could not be read is an error in both, not an empty report that looks green', async () => {
    const problem = { code: 'chart-not-rendered', summary: 'secrets.token is required', next: [] }
    const plan: ValidatedPlan = { path: PLAN, problems: [problem], warnings: [] }
    const told = async (format: string) => {
      const io = fakeIo()
      const application = async () => ({ ...(await fakeApplication({})()), validate: async () => [plan] })
      expect(await main(['validate', PLAN, '--format', format], io, application)).toBe(65)
      return io.out()
    }
    expect(JSON.parse(await told('sarif'))).toMatchObject({
      runs: [{ invocations: [{ executionSuccessful: false, toolExecutionNotifications: [{ descriptor: { id: 'chart-not-rendered' } }] }] }],
    })
    expect(await told('junit')).toContain('tests="1" failures="0" errors="1"')
  })

  it('JSON lines have the findings, not the packs', async () => {
    const { out } = await call(report(FINDING), '--json')
    const line = JSON.parse(out) as { plan: { policies: object } }
    expect(line.plan.policies).toMatchObject({ findings: [{ rule: 'team/named-well' }] })
    expect(line.plan.policies).not.toHaveProperty('packs')
  })

  it('an unknown format, or two at once, is wrong usage', async () => {
    expect((await call(report(), '--format', 'html')).code).toBe(64)
    expect((await call(report(), '--format', 'sarif', '--json')).code).toBe(64)
  })
})
