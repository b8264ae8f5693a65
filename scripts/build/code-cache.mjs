/**
 * `node scripts/build/code-cache.mjs PROGRAM WORD…`: carries out the bundled PROGRAM with WORD… as its command line, and writes what V8 has compiled until
 * its end to PROGRAM.cache: the modules it has begun, and every function that was called.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { Script } from 'node:vm'

const [path, ...words] = process.argv.slice(2)
process.argv.splice(2, process.argv.length, ...words)
const script = new Script(module.wrap(readFileSync(path, 'utf8')), { filename: path })
process.on('exit', () => writeFileSync(`${path}.cache`, script.createCachedData()))
const program = { exports: {} }
script.runInThisContext()(program.exports, createRequire(path), program, path, dirname(path))
await program.exports.start()
