import { tmpdir } from 'node:os'
import { ProblemError } from '../../domain/problem.ts'
import type { ToolOptions } from './helm.ts'
import { toolEnvironment } from './tool-environment.ts'
import { helmMissing, helmTooOld } from './tool-problems.ts'

/** Rejects with `helm-missing`, or `helm-too-old` where it is older than 3.14 or does not say. */
export async function refuseOldHelm({ program, env, run }: ToolOptions): Promise<void> {
  const folder = tmpdir()
  const outcome = await run(program, { args: ['version', '--template', '{{.Version}}'], env: toolEnvironment(env, folder), folder })
  if (!outcome.ran) throw new ProblemError(helmMissing(program, outcome.reason))
  const [said, major, minor] = /v?(\d+)\.(\d+)\.\S*/.exec(outcome.stdout) ?? []
  const fits = Number(major) > 3 || (Number(major) === 3 && Number(minor) >= 14)
  if (!fits) throw new ProblemError(helmTooOld(said ?? (outcome.stdout.trim() || outcome.stderr.trim()).split('\n')[0] ?? ''))
}
