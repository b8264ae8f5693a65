import type { TestProject } from 'vitest/node'
import { createResults, resultsTable } from '../../visitors/results.ts'
import { buildTools } from './build-tools.ts'
import { installMissing, whyNoWorld } from './possible.ts'

/**
 * Once before all files of the project `e2e`: what takes minutes is built here, and said; the tests find it in the cache. After all files the
 * table of what visitors saw is printed.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await installMissing()
  if ((await whyNoWorld()) === undefined) await buildTools((line) => process.stderr.write(`${line}\n`))
  const results = await createResults()
  project.provide('visitorResults', results)
  return async () => {
    const table = await resultsTable(results)
    if (table !== undefined) process.stdout.write(`\nWhat visitors saw (latencies in milliseconds), kept in ${results}:\n\n${table}\n\n`)
  }
}
