import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import type { PlanOptions } from '../contract.ts'
import { planLocation } from './plan-location.ts'

/**
 * Where a plan's state lies: `.jmc-migrate/FILE` beside the plan (with `.lab` for the lab, so that the two never meet). It is named
 * after the file, not the plan's `name`, so that `status` and `rollback` find it although the file no longer parses, and so that two
 * plans of one name may lie side by side.
 */
export function stateFolder(options: Pick<PlanOptions, 'plan' | 'stateDir' | 'lab'>): string {
  if (options.stateDir !== undefined) return resolve(options.stateDir)
  if (isFolder(options.plan)) return resolve(options.plan)
  const path = planLocation(options.plan)
  const name = basename(path, extname(path))
  return join(dirname(path), '.jmc-migrate', options.lab ? `${name}.lab` : name)
}

/** `status` and `rollback` may be given the state folder itself in place of a plan. */
export const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory()

/** In a run's folder: what is written before a step that cannot be undone. */
export const BUNDLE_FOLDER = 'restore-bundle'

/** One folder a run, numbered in the order they began; the last is the one that commands are about. */
const RUNS = 'runs'

export function currentRunFolder(state: string): string | undefined {
  const folder = join(state, RUNS)
  const last = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /^\d{4,}$/.test(name))
        .sort((a, b) => Number(a) - Number(b))
        .at(-1)
    : undefined
  return last === undefined ? undefined : join(folder, last)
}

export function nextRunFolder(state: string): string {
  const current = currentRunFolder(state)
  const number = current === undefined ? 1 : Number(basename(current)) + 1
  return join(state, RUNS, String(number).padStart(4, '0'))
}

/** The lab's world of a plan; shared by all its runs. */
export const worldFolder = (state: string): string => join(state, 'world')
