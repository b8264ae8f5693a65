import { createHash } from 'node:crypto'
import type { RenderingPort } from '../../domain/ports/rendering.ts'
import { createHelm } from './helm.ts'
import { createKustomize } from './kustomize.ts'
import type { RunTool } from './run-tool.ts'
import { runTool } from './run-tool.ts'

export interface RenderingOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  /** `helm` and `kubectl` of the `PATH` unless told. */
  readonly helm?: string
  readonly kubectl?: string
  readonly run?: RunTool
}

/** Charts and kustomizations through the user's own tools. The same question within one process is asked once. */
export function createRendering({ env, helm = 'helm', kubectl = 'kubectl', run = runTool }: RenderingOptions): RenderingPort {
  const charts = createHelm({ program: helm, env, run })
  const { kustomize } = createKustomize({ program: kubectl, env, run })
  return {
    helmTemplate: once((chart) => charts.helmTemplate(chart)),
    helmLint: once((chart) => charts.helmLint(chart)),
    kustomize: once(async (folder, files) => kustomize(folder, files)),
  }
}

/** Rendering is a function of what it is given. Failures are not kept: the tool may have been installed since. */
function once<Asked extends readonly unknown[], Answer>(ask: (...asked: Asked) => Promise<Answer>): (...asked: Asked) => Promise<Answer> {
  const known = new Map<string, Promise<Answer>>()
  return (...asked) => {
    const question = JSON.stringify(asked, (_key, value: unknown) => (value instanceof Map ? [...value] : value))
    const key = createHash('sha256').update(question).digest('hex')
    const answer = known.get(key) ?? ask(...asked)
    known.set(key, answer)
    answer.catch(() => known.delete(key))
    return answer
  }
}
