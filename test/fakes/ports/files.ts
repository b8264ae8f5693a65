import type { PlanFiles } from '../../../src/domain/ports/index.ts'

/** A plan's files in memory, by path. */
export function fakeFiles(files: Readonly<Record<string, string>>): PlanFiles {
  return {
    list: async (path) =>
      Object.keys(files)
        .filter((each) => each === path || each.startsWith(`${path}/`))
        .toSorted(),
    read: async (path) => files[path] ?? Promise.reject(new Error(`no file ${path}`)),
  }
}
