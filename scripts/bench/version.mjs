import { runNode } from './process.mjs'

const ROUNDS = 15

/** `--version` against a Node that does nothing: the fastest of interleaved starts, because noise only adds. */
export async function versionStart({ cli }) {
  const commands = { bare: ['-e', '0'], version: [cli, '--version'] }
  const fastest = { bare: Infinity, version: Infinity }
  // One more than is counted: the first start fills the caches.
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, args] of Object.entries(commands)) {
      const { ms } = await runNode(args)
      if (round > 0) fastest[name] = Math.min(fastest[name], ms)
    }
  }
  return {
    rows: [{ what: '--version, against node -e 0', measured: fastest.version / fastest.bare, limit: 1.3 }],
    notes: [
      `--version: ${fastest.version.toFixed(0)} ms against ${fastest.bare.toFixed(0)} ms, the fastest of ${ROUNDS} interleaved starts each`,
    ],
  }
}
