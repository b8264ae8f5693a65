import { expect, it } from 'vitest'
import { z } from 'zod'
import { policySarif } from '../../../../src/cli/render/policies/sarif.ts'
import { NOTHING, POLICIES } from './reports.ts'

const text = z.string().min(1)
const message = z.strictObject({ text })
const level = z.enum(['none', 'note', 'warning', 'error'])
const physicalLocation = z.strictObject({
  artifactLocation: z.strictObject({ uri: z.string().regex(/^[^\s\\]+$/), uriBaseId: z.literal('%SRCROOT%').optional() }),
  region: z.strictObject({ startLine: z.int().min(1), startColumn: z.int().min(1) }).optional(),
})
const location = z.strictObject({
  physicalLocation: physicalLocation.optional(),
  logicalLocations: z.array(z.strictObject({ name: text, fullyQualifiedName: text, kind: text })).optional(),
})

/** What the SARIF 2.1.0 schema asks of the parts that we write: required members, enumerations, smallest numbers, no unknown members. */
const sarif = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z.array(
    z.strictObject({
      tool: z.strictObject({
        driver: z.strictObject({
          name: text,
          version: text,
          semanticVersion: text,
          rules: z.array(
            z.strictObject({
              id: text,
              name: z.string().regex(/^[A-Za-z0-9]+$/),
              shortDescription: message,
              fullDescription: message,
              help: z.strictObject({ text, markdown: text }),
              defaultConfiguration: z.strictObject({ level }),
              properties: z.strictObject({ tags: z.array(text) }),
            }),
          ),
        }),
      }),
      automationDetails: z.strictObject({ id: text }),
      invocations: z.array(
        z.strictObject({
          executionSuccessful: z.boolean(),
          toolExecutionNotifications: z.array(
            z.strictObject({ descriptor: z.strictObject({ id: text }), level, message, locations: z.array(location).optional() }),
          ),
        }),
      ),
      originalUriBaseIds: z.strictObject({ '%SRCROOT%': z.strictObject({ description: message }) }),
      columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
      results: z.array(
        z.strictObject({
          ruleId: text,
          ruleIndex: z.int().min(0),
          level,
          message,
          locations: z.array(location).max(1),
          partialFingerprints: z.record(text, text),
          suppressions: z
            .array(z.strictObject({ kind: z.enum(['inSource', 'external']), status: z.enum(['accepted']), justification: text }))
            .optional(),
        }),
      ),
    }),
  ),
})

const log = sarif.parse(JSON.parse(JSON.stringify(policySarif([POLICIES, NOTHING], '1.2.3'))))
const [run] = log.runs

it('is a run a plan, with every rule described', () => {
  expect(log.runs.map(({ automationDetails }) => automationDetails.id)).toEqual([
    'jmc-migrate/policies/plans/shop.yaml',
    'jmc-migrate/policies/plans/empty.yaml',
  ])
  expect(run?.tool.driver).toMatchObject({ name: 'jmc-migrate', version: '1.2.3' })
  expect(run?.tool.driver.rules.map(({ id, name, defaultConfiguration }) => [id, name, defaultConfiguration.level])).toEqual([
    ['workloads/limits-set', 'WorkloadsLimitsSet', 'error'],
    ['workloads/no-latest-tag', 'WorkloadsNoLatestTag', 'error'],
    ['workloads/read-only-root', 'WorkloadsReadOnlyRoot', 'note'],
    ['team/mine', 'TeamMine', 'error'],
    ['team/idle', 'TeamIdle', 'warning'],
  ])
  expect(run?.tool.driver.rules[0]?.help.text).toMatch(/why of workloads\/limits-set[^]*fix of workloads\/limits-set/)
})

it('each result points to its rule, its file and its object', () => {
  for (const each of run?.results ?? []) expect(run?.tool.driver.rules[each.ruleIndex]?.id).toBe(each.ruleId)
  expect(run?.results[0]).toMatchObject({
    level: 'error',
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: 'fixtures/my%20shop/web.yaml', uriBaseId: '%SRCROOT%' }, region: { startLine: 12 } },
        logicalLocations: [{ name: 'Deployment/web', fullyQualifiedName: 'Deployment/web/spec.template.spec.containers[0].resources' }],
      },
    ],
  })
})

it('what is waived is suppressed with its reason; nothing else is', () => {
  expect(run?.results.map(({ suppressions }) => suppressions?.[0]?.justification)).toEqual([
    undefined,
    undefined,
    'built on the node (until 2027-06-30)',
  ])
})

it('what could not be asked makes the run unsuccessful', () => {
  expect(log.runs.map(({ invocations }) => invocations[0]?.executionSuccessful)).toEqual([false, true])
  expect(run?.invocations[0]?.toolExecutionNotifications.map(({ descriptor, level: its }) => [descriptor.id, its])).toEqual([
    ['policy-cannot-be-asked', 'error'],
    ['waiver-unused', 'warning'],
  ])
})

it('a file elsewhere is named whole, and one without a known line names none', () => {
  const [finding] = POLICIES.report.findings
  const of = (source: { readonly file: string }): unknown => {
    const report = { ...POLICIES.report, findings: finding === undefined ? [] : [{ ...finding, source }] }
    return sarif.parse(JSON.parse(JSON.stringify(policySarif([{ ...POLICIES, report }], '1.2.3')))).runs[0]?.results[0]?.locations[0]
  }
  expect(of({ file: '/srv/my shop/web.yaml' })).toMatchObject({
    physicalLocation: { artifactLocation: { uri: 'file:///srv/my%20shop/web.yaml' } },
  })
  expect(of({ file: 'chart/templates/web.yaml' })).toHaveProperty('physicalLocation', {
    artifactLocation: { uri: 'chart/templates/web.yaml', uriBaseId: '%SRCROOT%' },
  })
})
