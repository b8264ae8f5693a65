import type { ImageLook } from '../../domain/ports/images.ts'

/** Ends a look: nobody could see whether the image is there. Its words hold no secret and nothing that a token service answered. */
export class NotSeen extends Error {
  readonly next: readonly string[]

  constructor(reason: string, next: readonly string[]) {
    super(reason)
    this.next = next
  }

  get look(): ImageLook {
    return { seen: 'unseen', reason: this.message, next: this.next }
  }
}

/** The registry, or who gives out its tokens, does not accept who asks; somebody else may be accepted. */
export class Refused extends NotSeen {}

/** Ends a look: the registry itself says that it does not have it. */
export class Absent extends Error {
  get look(): ImageLook {
    return { seen: 'absent', reason: this.message }
  }
}
