import { describe, expect, it } from 'vitest'
import { changeLine, changeLines } from '../../../src/cli/render/change.ts'
import { countsText } from '../../../src/cli/render/change-sign.ts'
import { createPage } from '../../../src/cli/render/page.ts'
import type { Change } from '../../../src/domain/change.ts'

const page = createPage({ width: 80, colour: false })
const lines = (change: Partial<Change>): string =>
  changeLines(page, { system: 'kubernetes', object: 'Deployment default/web', action: 'update', ...change }).join('\n')

describe('a changed object', () => {
  it('shows what differs below the keys it sits under, and how much is left out', () => {
    const rest = { a: 1, b: 2, c: 3, d: 4, e: 5 }
    const spec = (image: string): Change['after'] => ({
      metadata: rest,
      spec: { template: { containers: [{ name: 'web', image, env: [1, 2, 3, 4] }] } },
    })
    expect(lines({ before: spec('web:1'), after: spec('web:2') })).toBe(
      [
        '    ~ Deployment default/web',
        '        … 6 unchanged lines',
        '          spec:',
        '            template:',
        '              containers:',
        '                - name: web',
        '        -         image: web:1',
        '        +         image: web:2',
        '                  env:',
        '        … 4 unchanged lines',
      ].join('\n'),
    )
  })

  it('that differs nowhere shows no line', () => {
    expect(lines({ before: { a: 1, b: 2 }, after: { a: 1, b: 2 } })).not.toMatch(/^ +[-+] /m)
  })

  it('that could not be checked says so, and is neither valid nor broken', () => {
    expect(lines({ action: 'create', after: {}, notCheckable: 'namespace x is created by step deploy' })).toContain(
      '? not checkable yet: namespace x is created by step deploy',
    )
  })

  it('is marked in one line too where it could not be checked, and only there', () => {
    const change: Change = { system: 'kubernetes', object: 'Deployment x/web', action: 'create' }
    expect(changeLine(page, { ...change, notCheckable: 'namespace x is created by step deploy' })).toEqual(['    + Deployment x/web ?'])
    expect(changeLine(page, change)).toEqual(['    + Deployment x/web'])
  })
})

describe('a changed file', () => {
  const before = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`)

  it('shows what differs with three lines around it and its place', () => {
    const after = [...before.slice(0, 20), 'k8s-jmc:', ...before.slice(20)]
    const text = lines({ system: 'traefik', object: 'dynamic_conf.yml', before: `${before.join('\n')}\n`, after: `${after.join('\n')}\n` })
    expect(text).toContain('… line 18')
    expect(text).toContain('        + k8s-jmc:')
    expect(text).toContain('          line 18')
    expect(text).not.toContain('line 17')
    expect(text).not.toContain('line 25')
  })

  it('shows a carriage return that differs instead of obeying it', () => {
    expect(lines({ before: 'a\r\n', after: 'a\n' })).toContain('- a␍')
  })
})

it('a deleted object is cut short, and says by how much; --verbose shows it whole', () => {
  const job = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`Field${index}`, index]))
  const cut = lines({ system: 'nomad', object: 'job web', action: 'delete', before: job })
  expect(cut).toContain('- job web (delete)')
  expect(cut).toContain('… 28 more lines (--verbose shows them)')
  expect(changeLines({ ...page, verbose: true }, { system: 'nomad', object: 'job web', action: 'delete', before: job })).toHaveLength(41)
})

it('values of a Secret are hidden; whether they differ is not', () => {
  const text = lines({
    object: 'Secret default/tls',
    before: { data: { same: 'c2FtZQ==', key: 'b2xk' } },
    after: { data: { same: 'c2FtZQ==', key: 'bmV3' } },
  })
  expect(text).not.toMatch(/c2FtZQ|b2xk|bmV3/)
  expect(text).toMatch(/- +key: \(hidden, .{6}\)/)
  expect(text).toMatch(/\+ +key: \(hidden, .{6}\)/)
  expect(text).not.toMatch(/[-+] +same/)
})

it('the sum names stops and deletes', () => {
  expect(countsText([{ action: 'create' }, { action: 'create' }, { action: 'update' }, { action: 'stop' }, { action: 'delete' }])).toBe(
    'Plan: 2 to add, 1 to change, 1 to stop, 1 to delete.',
  )
  expect(countsText([])).toContain('No changes')
})
