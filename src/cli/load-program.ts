import { readFileSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import { dirname } from 'node:path'
import process from 'node:process'
import { Script } from 'node:vm'

/** Compiled code of the program, as its build has left it. */
export interface Compiled {
  /** Of the code, in hexadecimal: V8 looks at little more than its length, and would carry out what a disk has damaged. */
  readonly compiled: string
  /** V8 takes only what the same V8 has made (Node documentation, vm.Script `cachedData`): as `process.versions.v8`, and `process.platform`. */
  readonly v8: string
  readonly platform: string
  readonly arch: string
}

/**
 * What the bundled CommonJS file at `path` (absolute) exports. Where its build was made on such a machine, the compiled code it has left beside it, `PATH.cache`, is
 * taken, and nothing is compiled again: a third of a command's beginning. Code that is not as the build has left it, or that this Node refuses (other
 * flags, say), is not used: the file alone says what is done.
 */
export function loadProgram(path: string, built: Compiled): unknown {
  const require = createRequire(path)
  const cachedData = compiledCode(path, built)
  const script = cachedData && new Script(module.wrap(readFileSync(path, 'utf8')), { filename: path, cachedData })
  if (script === undefined || script.cachedDataRejected === true) {
    // From Node 22.1 on Node keeps compiled code itself.
    const { enableCompileCache } = module as typeof module & { readonly enableCompileCache?: () => unknown }
    enableCompileCache?.()
    return require(path)
  }
  const program: { exports: unknown } = { exports: {} }
  script.runInThisContext()(program.exports, require, program, path, dirname(path))
  return program.exports
}

function compiledCode(path: string, { compiled, v8, platform, arch }: Compiled): Buffer | undefined {
  if (v8 !== process.versions.v8 || platform !== process.platform || arch !== process.arch) return undefined
  try {
    const code = readFileSync(`${path}.cache`)
    // Not imported: `--version` needs none of it, and it takes as long as all the rest of that.
    const { createHash } = process.getBuiltinModule('node:crypto')
    return createHash('sha256').update(code).digest('hex') === compiled ? code : undefined
  } catch {
    return undefined
  }
}
