import { spawn } from 'node:child_process'
import { performance } from 'node:perf_hooks'

/** Runs Node with these arguments. Resolves with wall time (ms) and what was printed; rejects unless it exits 0. */
export function runNode(args, { cwd, env } = {}) {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now()
    const child = spawn(process.execPath, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    const output = []
    const errors = []
    child.stdout.on('data', (chunk) => output.push(chunk))
    child.stderr.on('data', (chunk) => errors.push(chunk))
    child.on('error', reject)
    child.on('close', (code) => {
      const ms = performance.now() - startedAt
      const last = Buffer.concat([...output, ...errors])
        .toString('utf8')
        .trim()
        .split('\n')
        .slice(-3)
        .join(' | ')
        .slice(0, 600)
      if (code === 0) resolve({ ms, stdout: Buffer.concat(output).toString('utf8') })
      else reject(new Error(`exit code ${code}: ${last}`))
    })
  })
}
