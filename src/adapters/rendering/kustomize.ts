import { join } from 'node:path'
import type { FileTexts, RenderedText, RenderingPort } from '../../domain/ports/rendering.ts'
import type { Problem } from '../../domain/problem.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { ToolOptions } from './helm.ts'
import { toolEnvironment } from './tool-environment.ts'
import { kubectlMissing } from './tool-problems.ts'
import { inWorkFolder, writeTexts } from './work-folder.ts'

/** `kubectl kustomize` as the user has it, on a copy of the files; what lies outside them, and what lies elsewhere, is out of its reach. */
export function createKustomize({ program, env, run }: ToolOptions): Pick<RenderingPort, 'kustomize'> {
  const renderIn = async (work: string, folder: string, files: FileTexts): Promise<RenderedText> => {
    const root = commonFolder([folder, ...files.keys()])
    const inside = (path: string): string => (root === '' ? path : path === root ? '.' : path.slice(root.length + 1))
    const copy = join(work, 'files')
    await writeTexts(
      copy,
      [...files].map(([path, text]) => [inside(path), text] as const),
    )
    const outcome = await run(program, { args: ['kustomize', join(copy, inside(folder))], env: toolEnvironment(env, work), folder: work })
    if (!outcome.ran) throw new ProblemError(kubectlMissing(program, outcome.reason))
    const said = outcome.stderr
      .replaceAll(join(copy, '/'), root === '' ? '' : `${root}/`)
      .replaceAll(copy, root)
      .split('\n')
      .map((line) => line.replace(/^error: /, '').trim())
      .filter((line) => line !== '')
    if (outcome.exitCode !== 0) throw new ProblemError(notRendered(folder, said))
    return { yaml: outcome.stdout, warnings: said.map((line) => line.replace(/^# Warning: /, '')) }
  }
  return {
    kustomize: (folder, files) => {
      const plain = folder.replace(/(?<=.)\/+$/, '')
      const [remote, ...more] = remotes(files)
      if (remote !== undefined) throw new ProblemError(remote, ...more)
      return inWorkFolder((work) => renderIn(work, plain, files))
    },
  }
}

/** The deepest folder above all these paths, '' where there is none. */
function commonFolder(paths: readonly string[]): string {
  const [first = [], ...rest] = paths.map((path, index) => (index === 0 ? path.split('/') : path.split('/').slice(0, -1)))
  const shared = first.findIndex((part, index) => rest.some((each) => each[index] !== part))
  return (shared === -1 ? first : first.slice(0, shared)).join('/')
}

const KUSTOMIZATION = /(^|\/)(kustomization\.ya?ml|Kustomization)$/
/** A URL, a git address, or what kustomize takes for one: a host with `?ref=`. */
const REMOTE =
  /^\s*(?:-|[\w-]+:)\s+["']?((?:https?:\/\/|ssh:\/\/|git::|git@|github\.com[/:])[^\s"'#]*|[^\s"'#]+\?(?:ref|version)=[^\s"'#]*)/

/** What a plan deploys is what its files say: a base on another server may be another one tomorrow. */
function remotes(files: FileTexts): readonly Problem[] {
  return [...files]
    .filter(([path]) => KUSTOMIZATION.test(path))
    .flatMap(([file, text]) =>
      text.split('\n').flatMap((line, index): readonly Problem[] => {
        const address = REMOTE.exec(line)?.[1]
        if (address === undefined) return []
        return [
          {
            code: 'kustomization-remote',
            summary: `${file} takes ${address} from another server: what it deploys would not be part of the plan`,
            attempted: `render ${file}`,
            next: ['copy it into a folder beside, and refer to that'],
            location: { file, line: index + 1, column: line.indexOf(address) + 1, text: line, length: address.length },
            effect: 'no',
          },
        ]
      }),
    )
}

function notRendered(folder: string, said: readonly string[]): Problem {
  const [first = 'kubectl kustomize ended without a word', ...more] = said
  return {
    code: 'kustomization-not-rendered',
    summary: `the kustomization ${folder} does not render: ${first}`,
    attempted: `render the kustomization ${folder}`,
    ...(more.length > 0 && { details: more.slice(0, 8) }),
    next: [`see it alone: kubectl kustomize ${folder}`, '`kustomize.root` must name a folder that contains all that it refers to'],
    effect: 'no',
  }
}
