import { defineConfig } from 'vitest/config'

/**
 * `fast` needs only Node and an OpenSSH client; `real` starts a real sshd and a real Traefik; `kill` kills the command line, over and over;
 * `e2e` starts whole worlds of real servers (test/e2e/world), for which it needs root.
 */
export default defineConfig({
  test: {
    // One less than there are cores unless told, which on two cores is one.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/real/**', 'test/kill/**', '**/*.e2e.test.ts'],
          testTimeout: 20_000,
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
        },
      },
      { test: { name: 'kill', include: ['test/kill/**/*.test.ts'], testTimeout: 1_200_000, hookTimeout: 120_000, fileParallelism: false } },
    ],
  },
})
