import type { Side } from './observation.ts'

/** Which side answers how many of the visitors, percent; both together 100. */
export interface VisitorShare {
  readonly old: number
  readonly new: number
  /** The side that takes over while the other one fails. */
  readonly spare?: Side
}

export const ALL_ON_OLD: VisitorShare = { old: 100, new: 0 }
export const ALL_ON_NEW: VisitorShare = { old: 0, new: 100 }

/** Where visitors are when a command ends. Times are the wall clock's, milliseconds since the epoch. */
export type VisitorsNow =
  | {
      readonly seen: true
      readonly at: number
      readonly share: VisitorShare
      /** What the edge was seen to do. */
      readonly how: string
      /** What one visitor got in the same moment. */
      readonly answer: { readonly verdict: 'pass' | 'pending' | 'fail' | 'inconclusive'; readonly reason: string }
    }
  | {
      readonly seen: false
      readonly why: string
      /** What this run verified last. */
      readonly last?: { readonly at: number; readonly share: VisitorShare }
    }
