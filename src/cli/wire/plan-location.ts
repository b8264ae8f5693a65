import { readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/**
 * Where a plan really lies, absolute: a symbolic link to a plan is that plan, with its state, its lock and its relative paths. A plan
 * that is gone has the place where it would be.
 */
export function planLocation(path: string): string {
  const absolute = resolve(path)
  try {
    return realpathSync.native(absolute)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? placeOfMissing(absolute) : absolute
  }
}

/** The folder that a plan's relative paths start from. */
export const planFolder = (path: string): string => dirname(planLocation(path))

/** Where a link leads to nothing, that nothing is the place. */
function placeOfMissing(absolute: string): string {
  try {
    return planLocation(resolve(dirname(absolute), readlinkSync(absolute)))
  } catch {
    const folder = dirname(absolute)
    return folder === absolute ? absolute : join(planLocation(folder), basename(absolute))
  }
}
