/** How much one evaluation may take. Times are milliseconds of the processor, so that a busy machine refuses nobody. */
export interface PolicyLimits {
  /** For one rule on one object (or on one member of its `each`). */
  readonly each: number
  /** For one rule on all objects at once. */
  readonly atOnce: number
  /** For all rules on all objects. */
  readonly all: number
  /** Members that an `each` may have. */
  readonly members: number
  /** Characters of a message. */
  readonly message: number
}

export const DEFAULT_LIMITS: PolicyLimits = { each: 100, atOnce: 1000, all: 5000, members: 10_000, message: 2000 }

/** What an expression may look like, before it is ever evaluated. */
export const EXPRESSION_LIMITS = { maxAstNodes: 2000, maxDepth: 60, maxListElements: 200, maxMapEntries: 100, maxCallArguments: 16 }
