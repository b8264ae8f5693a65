import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { HttpExchange, HttpRequest, VisitorPort } from '../../../src/domain/ports/visitor.ts'
import type { World } from '../../e2e/world/world.ts'

interface InsideVisitor {
  readonly visitor: VisitorPort
  end(): Promise<void>
}

/** Our visitor adapter in a process of the world, as how it names a failure is decided by the sockets of the network that it is in. */
export async function startVisitorInside(world: World): Promise<InsideVisitor> {
  const outfile = join(world.folder, 'contract-visitor.mjs')
  const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" }
  const entry = fileURLToPath(new URL('inside.ts', import.meta.url))
  await build({
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outfile,
    banner,
    logLevel: 'warning',
  })
  const child = world.enter(process.execPath, [outfile], { cwd: world.folder, stdin: 'pipe' })
  const { stdin, stdout } = child
  if (stdin === null || stdout === null) throw new Error('the visitor has no pipes')
  const waiting = new Map<number, (exchange: HttpExchange) => void>()
  createInterface({ input: stdout }).on('line', (line) => {
    const { id, exchange } = JSON.parse(line) as { readonly id: number; readonly exchange: HttpExchange }
    waiting.get(id)?.(exchange)
    waiting.delete(id)
  })
  let asked = 0
  const ask = (request: HttpRequest): Promise<HttpExchange> =>
    new Promise((resolve, reject) => {
      const id = ++asked
      waiting.set(id, resolve)
      void child.then(({ stderr }) => reject(new Error(`the visitor inside has ended: ${String(stderr)}`)))
      stdin.write(`${JSON.stringify({ id, request })}\n`)
    })
  return {
    visitor: { ask },
    end: async () => {
      stdin.end()
      await child
    },
  }
}
