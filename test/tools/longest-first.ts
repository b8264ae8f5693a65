import type { TestSpecification } from 'vitest/node'
import { BaseSequencer } from 'vitest/node'

/**
 * Files that take longest, in their order: one that begins last would be waited for alone. Vitest knows them from the second time on only, and a
 * clean clone runs once. A file that is missing here only comes later than it might.
 */
const LONGEST: readonly string[] = [
  'test/e2e/applications.test.ts',
  'test/e2e/relief.test.ts',
  'test/policies/broken-fixtures/broken-fixtures.test.ts',
  'test/conformance/kinds.test.ts',
  'test/e2e/going-on.test.ts',
  'test/e2e/state-folder.test.ts',
  'test/e2e/where-visitors-are.test.ts',
  'test/e2e/there-and-back.test.ts',
  'test/contract/lab.test.ts',
  // Of the project e2e.
  'test/e2e/migration/handover.e2e.test.ts',
  'test/e2e/applications/release.e2e.test.ts',
  'test/e2e/migration/failing-gates.e2e.test.ts',
  'test/e2e/migration/failing-soak.e2e.test.ts',
  'test/e2e/applications/there-and-back.e2e.test.ts',
  'test/e2e/migration/there-and-back.e2e.test.ts',
  'test/contract/real.e2e.test.ts',
  'test/e2e/migration/killed.e2e.test.ts',
  'test/e2e/migration/at-defaults.e2e.test.ts',
  'test/e2e/applications/failing.e2e.test.ts',
  'test/e2e/migration/old-side-dies.e2e.test.ts',
]

/** The longest files first, then as vitest would have it. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted
      .map((file, index) => ({ file, place: place(file, index) }))
      .sort((a, b) => a.place - b.place)
      .map(({ file }) => file)
  }
}

function place({ moduleId }: TestSpecification, index: number): number {
  const known = LONGEST.findIndex((name) => moduleId.endsWith(`/${name}`))
  return known < 0 ? index : known - LONGEST.length
}
