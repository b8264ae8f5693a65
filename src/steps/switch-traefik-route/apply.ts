import type { DynamicConfig, DynamicConfigEdit } from '../../domain/ports/index.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Settlement, StepContext } from '../../domain/step-kind.ts'
import { nameTaken } from './preview.ts'
import type { JustRead } from './just-read.ts'
import { takeRead } from './just-read.ts'
import { whereIs } from './record.ts'
import type { SwitchContext, SwitchRecord } from './record.ts'

/** How often we give way to a human who saves the file at the same moment. */
const ATTEMPTS = 8

/** Writes our router; that Traefik has loaded it, and that it wins, is what `verify` looks at. */
export async function applySwitch(context: SwitchContext, record: SwitchRecord): Promise<void> {
  const { edge } = context.ports
  const edit = (config: DynamicConfig): DynamicConfigEdit | undefined => {
    const owned = edge.owned(config, 'routers', record.name, record.definition)
    if (owned.status === 'other') throw new ProblemError(nameTaken(context, config))
    return owned.status === 'ours' ? undefined : edge.edit(config, { add: { routers: { [record.name]: record.definition } } })
  }
  await editFile(context, edit, takeRead(record))
}

/**
 * Reads, edits and writes until our bytes are in place or there is nothing to edit. A file that changed meanwhile is read again: a
 * human's edit is never lost. `read`: the file as it was read a moment ago, and the edit of it; the
 * write itself looks, under its lock, whether it still is so.
 */
export async function editFile(
  context: StepContext<unknown>,
  edit: (config: DynamicConfig) => DynamicConfigEdit | undefined,
  read?: JustRead,
): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const known = attempt === 1 ? read : undefined
    const config = known?.config ?? (await context.ports.edge.read())
    // An edit of somebody that a killed write of ours had in its hands comes first: any write puts it right.
    const wanted = config.file.unfinished === undefined ? (known?.edit ?? edit(config)) : unchanged(config)
    if (wanted === undefined) return
    const answer = await context.ports.edge.write(wanted)
    if (answer.kept !== undefined) context.progress(`somebody's edit of ${config.file.path} was kept as ${answer.kept}`)
    if (answer.outcome === 'written' && config.file.unfinished === undefined) return
    if (answer.outcome !== 'written')
      context.progress(`${whereIs(config, context)} was changed by somebody else meanwhile: reading it again`)
    if (attempt === ATTEMPTS) throw new ProblemError(busy(config, context))
    await context.ports.clock.sleep(50 * attempt, context.signal)
  }
}

const unchanged = ({ file }: DynamicConfig): DynamicConfigEdit => ({ before: file, bytes: file.bytes, sha256: file.sha256, ownedKeys: [] })

/** Why a file that a killed write left is not settled, although our key may be as it should. */
export const unfinishedWrite = ({ file }: DynamicConfig): Settlement | undefined =>
  file.unfinished === undefined ? undefined : { status: 'partial', reason: `a write was cut short: ${file.unfinished} holds what it left` }

/** Looks at our key alone, whatever a human did elsewhere in the file. */
export async function settleSwitch(context: SwitchContext, record: SwitchRecord): Promise<Settlement> {
  const { edge } = context.ports
  const config = await edge.read()
  const cutShort = unfinishedWrite(config)
  if (cutShort) return cutShort
  switch (edge.owned(config, 'routers', record.name, record.definition).status) {
    case 'absent':
      return { status: 'none' }
    case 'ours':
      return { status: 'done' }
    case 'other':
      return { status: 'foreign', reason: `http.routers.${record.name} in ${whereIs(config, context)} is no longer what this run wrote` }
  }
}

const busy = (config: DynamicConfig, context: StepContext<unknown>) => ({
  code: 'edge-file-busy',
  summary: `${whereIs(config, context)} was changed by somebody else each of the ${ATTEMPTS} times that we were about to write it`,
  next: ['find out who keeps writing it (an editor, a cron job?), then run again'],
  effect: 'no' as const,
})
