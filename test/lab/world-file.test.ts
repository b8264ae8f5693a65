import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ProblemError } from '../../src/domain/problem.ts'
import { loadWorld } from '../../src/lab/world-file.ts'

let directory = ''
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'lab-world-'))))
afterEach(() => rm(directory, { recursive: true, force: true }))

const WORLD = { schema: 1, authority: {}, kubernetes: {}, nomad: {}, edge: {}, faults: [] }

async function refusal(content: string): Promise<ProblemError | undefined> {
  await writeFile(join(directory, 'world.json'), content)
  try {
    loadWorld(directory)
    return undefined
  } catch (error) {
    if (error instanceof ProblemError) return error
    throw error
  }
}

it.each([
  ['{', 'is not JSON: '],
  ['', 'is not JSON: '],
  ['null', 'is JSON, but not a world'],
  ['[]', 'is JSON, but not a world'],
  [JSON.stringify({ ...WORLD, schema: 2 }), 'is JSON, but not a world'],
  [JSON.stringify({ ...WORLD, edge: null }), 'is JSON, but not a world'],
  [JSON.stringify({ ...WORLD, faults: {} }), 'is JSON, but not a world'],
])('a world.json of %j is refused with the file, the reason and how to start anew', async (content, reason) => {
  const problem = (await refusal(content))?.problem
  expect(problem).toMatchObject({ code: 'lab-world-damaged', effect: 'no' })
  expect(problem?.summary).toContain(`${join(directory, 'world.json')} ${reason}`)
  expect(problem?.next.join('\n')).toContain(`rm -r ${directory}`)
})

it('a world is given back', async () => {
  await writeFile(join(directory, 'world.json'), JSON.stringify(WORLD))
  expect(loadWorld(directory)).toEqual(WORLD)
})
