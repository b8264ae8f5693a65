import type { Call } from './scenario/call.ts'
import { PURGE, SCALED_JOB, STOP_AND_BACK, UPDATE } from './scenario/end.ts'
import { ABSENT, RIGHTS, WHO } from './scenario/identity.ts'
import { BLOCKING, LIFE, TAGS } from './scenario/life.ts'
import { DRAIN, EVERYWHERE, NODES } from './scenario/nodes.ts'

export type { Call, TokenName } from './scenario/call.ts'
export { asSeen, POLICIES, textAt } from './scenario/call.ts'

/** In this order, from an empty server with ACL: everything of Nomad's API that the adapter rests on. */
export const SCENARIO: readonly Call[] = [
  ...WHO,
  ...ABSENT,
  ...RIGHTS,
  ...LIFE,
  ...TAGS,
  ...BLOCKING,
  ...UPDATE,
  ...STOP_AND_BACK,
  ...SCALED_JOB,
  ...PURGE,
]

/** Likewise from an empty server with ACL and one node: the nodes, and what runs on them in every namespace. */
export const NODE_SCENARIO: readonly Call[] = [...NODES, ...EVERYWHERE, ...DRAIN]
