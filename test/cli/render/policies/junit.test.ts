import fc from 'fast-check'
import { expect, it } from 'vitest'
import { policyJUnit } from '../../../../src/cli/render/policies/junit.ts'
import type { PlanPolicies } from '../../../../src/cli/render/policies/plan-policies.ts'
import { NOTHING, POLICIES } from './reports.ts'

it('is a suite a plan and pack, and a case a rule and object', () => {
  expect(policyJUnit([POLICIES]).split('\n')).toEqual([
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites name="jmc-migrate policies" tests="6" failures="1" errors="1" skipped="1" time="0">',
    '  <testsuite name="plans/shop.yaml: plan" tests="1" failures="0" errors="0" skipped="0" time="0">',
    '    <testcase classname="plan" name="waiver-unused" time="0">',
    '      <system-out>the waiver waives nothing</system-out>',
    '    </testcase>',
    '  </testsuite>',
    '  <testsuite name="plans/shop.yaml: workloads" tests="4" failures="1" errors="0" skipped="1" time="0">',
    '    <testcase classname="workloads" name="limits-set: Deployment/web" time="0">',
    '      <failure message="container &quot;web&quot; sets &lt;no&gt; memory &amp; cpu limit">error: container &quot;web&quot; sets &lt;no&gt; memory &amp; cpu limit&#10;Deployment/web at spec.template.spec.containers[0].resources&#10;fixtures/my shop/web.yaml:12:3&#10;why of workloads/limits-set&#10;fix: fix of workloads/limits-set</failure>',
    '    </testcase>',
    '    <testcase classname="workloads" name="limits-set: Deployment/api" time="0"/>',
    '    <testcase classname="workloads" name="no-latest-tag: Deployment/web" time="0">',
    '      <skipped message="waived until 2027-06-30: built on the node (something is wrong)"/>',
    '    </testcase>',
    '    <testcase classname="workloads" name="read-only-root: Deployment/web" time="0">',
    '      <system-out>hint: something is wrong&#10;Deployment/web&#10;fixtures/my shop/web.yaml:12:3&#10;why of workloads/read-only-root&#10;fix: fix of workloads/read-only-root</system-out>',
    '    </testcase>',
    '  </testsuite>',
    '  <testsuite name="plans/shop.yaml: team" tests="1" failures="0" errors="1" skipped="0" time="0">',
    '    <testcase classname="team" name="mine: Service/web" time="0">',
    '      <error message="No such key: x"/>',
    '    </testcase>',
    '  </testsuite>',
    '</testsuites>',
    '',
  ])
})

it('has no suites where nothing was asked', () => {
  expect(policyJUnit([NOTHING])).toContain('tests="0" failures="0" errors="0" skipped="0"')
})

const FORBIDDEN = /(?![\t\n\r])[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u

it('is well-formed whatever a message says', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', '<', '>', '&', '"', ']]>', '\n', '\0', '\u001b', '\u0085', '\uD800', '\uFFFF', '😀') }),
      (message) => {
        const findings = POLICIES.report.findings.map((finding) => ({ ...finding, message }))
        const xml = policyJUnit([{ ...POLICIES, report: { ...POLICIES.report, findings } } satisfies PlanPolicies])
        // Nothing but escaped text between the tags, and no character that XML 1.0 forbids.
        const texts = xml.replace(/<[^<>]*>/g, '')
        return !/[<>]|&(?!amp;|lt;|gt;|quot;|#\d+;)/.test(texts) && !FORBIDDEN.test(xml) && xml.split('<testcase').length === 7
      },
    ),
  )
})

it('a waiver that names no rule refuses the plan here too', () => {
  const problem = {
    code: 'waiver-of-no-rule',
    summary: 'the waiver names the rule a/b',
    next: [],
    location: { file: 'plan.yaml', line: 9, column: 5 },
  }
  const xml = policyJUnit([{ ...POLICIES, report: { ...POLICIES.report, problems: [problem] } }])
  expect(xml).toContain('<error message="plan.yaml:9:5: the waiver names the rule a/b"/>')
})

it.each(['warning', 'hint'] as const)('a rule of severity %s that could not be asked refuses nothing, here too', (severity) => {
  const packs = POLICIES.packs.map((pack) => ({ ...pack, rules: pack.rules.map((rule) => ({ ...rule, severity })) }))
  const xml = policyJUnit([{ ...POLICIES, packs }])
  expect(xml).toContain('<skipped message="inconclusive: No such key: x"/>')
  expect(xml).not.toContain('<error')
})
