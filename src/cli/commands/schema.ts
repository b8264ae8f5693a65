import { EXIT } from '../exit-code.ts'
import type { Session } from '../session.ts'

/** The JSON Schema of plans, on stdout, for editors and for the repository. */
export function schema(session: Session): number {
  session.screen.print(JSON.stringify(session.application.schema(), null, 2).split('\n'))
  return EXIT.done
}
