import { readFileSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import { dirname } from 'node:path'
import process from 'node:process'
import { Script } from 'node:vm'

/** What compiled code is for: V8 takes only what the same V8 has made (Node documentation, vm.Script `cachedData`). */
export interface Machine {
  /** As `process.versions.v8`. */
  readonly v8: string
  readonly arch: string
}

/**
 * What the bundled CommonJS file at `path` (absolute) exports. Where its build was made on such a machine, the compiled code it has left beside it, `PATH.cache`, is
 * taken, and nothing is compiled again: a third of a command's beginning. Code that this Node refuses (other flags, say) is not used: the file
 * alone says what is done. Its name holds a hash of its content, so that the code of another build is never taken for its own.
 */
export function loadProgram(path: string, built: Machine): unknown {
  const require = createRequire(path)
  const cachedData = built.v8 === process.versions.v8 && built.arch === process.arch ? readIfThere(`${path}.cache`) : undefined
  if (cachedData === undefined) {
    // From Node 22.1 on Node keeps compiled code itself.
    const { enableCompileCache } = module as typeof module & { readonly enableCompileCache?: () => unknown }
    enableCompileCache?.()
    return require(path)
  }
  const script = new Script(module.wrap(readFileSync(path, 'utf8')), { filename: path, cachedData })
  const program: { exports: unknown } = { exports: {} }
  script.runInThisContext()(program.exports, require, program, path, dirname(path))
  return program.exports
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}
