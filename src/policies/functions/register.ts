import type { Json } from '../../domain/json.ts'

/** Registers a function of plain data: its signature in CEL, what it gives, and the function. */
export type Register = (signature: string, gives: string, handler: (...values: readonly Json[]) => unknown) => void
