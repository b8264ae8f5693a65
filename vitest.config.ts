import { defineConfig } from 'vitest/config'

/** `fast` needs only Node and an OpenSSH client; `real` starts a real sshd and a real Traefik. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'fast', include: ['test/**/*.test.ts'], exclude: ['test/real/**'], testTimeout: 20_000 } },
      {
        test: { name: 'real', include: ['test/real/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 300_000, fileParallelism: false },
      },
    ],
  },
})
