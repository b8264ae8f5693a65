import { defineConfig } from 'vitest/config'

/** `fast` needs only Node and an OpenSSH client; `real` starts a real sshd and a real Traefik; `kill` kills the command line, over and over. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'fast', include: ['test/**/*.test.ts'], exclude: ['test/real/**', 'test/kill/**'], testTimeout: 20_000 } },
      {
        test: { name: 'real', include: ['test/real/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 300_000, fileParallelism: false },
      },
      { test: { name: 'kill', include: ['test/kill/**/*.test.ts'], testTimeout: 1_200_000, hookTimeout: 120_000, fileParallelism: false } },
    ],
  },
})
