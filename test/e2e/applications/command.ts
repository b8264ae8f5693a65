import { expect } from 'vitest'
import type { Ended } from '../command.ts'

/** The command ended with `code`; what it said is shown where it did not. */
export const expectCode = (ended: Ended, code: number): void => expect(ended.code, ended.stdout + ended.stderr).toBe(code)

/** Codes of the problems that it told, in their order. */
export const codesOf = ({ stdout, stderr }: Ended): readonly string[] =>
  [...`${stdout}\n${stderr}`.matchAll(/^error\[([a-z-]+)\]/gm)].map(([, code]) => code ?? '')
