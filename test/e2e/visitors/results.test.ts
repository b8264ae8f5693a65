import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { report } from './report.ts'
import { keep, resultFile, resultsTable } from './results.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'jmc-results-'))))
afterEach(() => rm(folder, { recursive: true }))

it('gives one table of all scenarios, and nothing where none was played', async () => {
  expect(await resultsTable(folder)).toBe(undefined)
  const seen = report([], [])
  await keep(folder, { name: "Nomad's way back", settings: 'fast', report: seen }, [])
  await keep(folder, { name: 'whole run', settings: 'defaults', report: seen }, [])
  const text = await resultsTable(folder)
  expect(text?.split('\n').slice(1)).toEqual([
    expect.stringMatching(/^Nomad's way back +fast/),
    expect.stringMatching(/^whole run +defaults/),
  ])
  expect(await readFile(join(folder, 'table.txt'), 'utf8')).toBe(`${text}\n`)
})

it('keeps a scenario at each settings apart', () => {
  expect(resultFile('', { name: "the edge's file: broken", settings: 'fast' }, 'row.json')).toBe('the-edge-s-file-broken-fast.row.json')
})
