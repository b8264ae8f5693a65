import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/tools/longest-first.ts'

/**
 * `fast` needs only Node and an OpenSSH client; `real` starts a real sshd and a real Traefik; `kill` kills the command line, over and over;
 * `e2e` starts whole worlds of real servers (test/e2e/world), for which it needs root.
 */
export default defineConfig({
  test: {
    // One more than there are cores: some tests wait, for a process or for a time that is over.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/real/**', 'test/kill/**', '**/*.e2e.test.ts'],
          // Limits for what hangs, not measures: on a machine that is busy with other work a command takes ten times as long.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Modules are loaded once a worker, not once a file: a third less work. No test may leave anything behind in them.
          isolate: false,
        },
      },
      {
        test: { name: 'real', include: ['test/real/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 300_000, fileParallelism: false },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/**/*.e2e.test.ts'],
          globalSetup: ['test/e2e/world/tools/setup.ts'],
          testTimeout: 600_000,
          hookTimeout: 300_000,
          // A world each: mostly they wait, for servers and for each other's absence. Longest first, from the second time on.
          maxWorkers: 3,
          // What is bundled and loaded once serves all files of a worker. No test may leave anything behind in it.
          isolate: false,
        },
      },
      { test: { name: 'kill', include: ['test/kill/**/*.test.ts'], testTimeout: 1_200_000, hookTimeout: 120_000, fileParallelism: false } },
    ],
  },
})
