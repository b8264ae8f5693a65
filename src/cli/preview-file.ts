import { randomBytes } from 'node:crypto'
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import type { Problem } from '../domain/problem.ts'
import { ProblemError } from '../domain/problem.ts'
import type { DryRun } from './contract.ts'
import { EXIT } from './exit-code.ts'

/** Saves a dry run, readable by its owner alone: it may hold what manifests hold. Whole or not at all. */
export async function writePreview(path: string, dryRun: DryRun): Promise<void> {
  const target = await realpath(path).catch(() => path)
  const beside = `${target}.${randomBytes(4).toString('hex')}.tmp`
  try {
    await refuseWhatIsNoPreview(target)
    const file = await open(beside, 'wx', 0o600)
    try {
      await file.writeFile(`${JSON.stringify(dryRun, null, 2)}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(beside, target)
  } catch (error) {
    await rm(beside, { force: true })
    throw new ProblemError({
      code: 'preview-not-saved',
      summary: `the dry run could not be saved to ${path}`,
      cause: reasonOf(error),
      next: ['name a new file, or an earlier dry run, in a folder that exists and that you may write to'],
      effect: 'no',
    })
  }
}

/** A rename onto /dev/stdout would replace it, one onto the plan would lose it: only an earlier preview (or nothing) gives way. */
async function refuseWhatIsNoPreview(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) return
  if (!found.isFile()) throw new Error('it exists and is not a regular file')
  if (found.size > 0) await readPreview(path).catch(() => Promise.reject(new Error('it exists and is not a saved dry run')))
}

/** Reads a saved dry run; what is not one is refused with the place where it differs. */
export async function readPreview(path: string): Promise<DryRun> {
  const value = parseJson(path, await readText(path))
  const { dryRunSchema } = await import('./preview-schema.ts')
  const result = dryRunSchema.safeParse(value)
  if (result.success) return result.data
  const details = result.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.') || 'the whole file'}: ${issue.message}`)
  throw new ProblemError(invalid(path, 'is not a saved dry run of this version', details))
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new ProblemError({
      ...invalid(path, 'cannot be read', []),
      code: 'preview-not-found',
      cause: reasonOf(error),
      exitCode: EXIT.usage,
    })
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ProblemError({ ...invalid(path, 'is not JSON', []), cause: reasonOf(error) })
  }
}

function invalid(path: string, what: string, details: readonly string[]): Problem {
  return {
    code: 'preview-invalid',
    summary: `the preview ${path} ${what}`,
    ...(details.length > 0 && { details }),
    next: [`make it anew: run PLAN --dry-run --out ${path}`],
    effect: 'no',
    exitCode: EXIT.usage,
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
