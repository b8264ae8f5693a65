import { setTimeout as pause } from 'node:timers/promises'
import type { Recorded } from '../test/e2e/visitors/sample.ts'
import { samplesOf } from '../test/e2e/visitors/sample.ts'
import type { Contender } from './contender.ts'
import type { Stage } from './stage.ts'
import { firstSeen } from './witness/facts.ts'

/** How long into the soak the new side dies, milliseconds. */
const INTO_THE_SOAK_MS = 1_500

/** The new side dies during the soak. Times in milliseconds. */
export interface Failing {
  readonly contender: Contender['name']
  readonly code: number | undefined
  /** From the death to the moment at which it knew that it had to go back. */
  readonly noticed: number
  /** From there to the first visitor whom Nomad answers. */
  readonly back: number
  /** Of it, until the edge's file was written back. */
  readonly written: number
  /** And from there until Traefik had loaded it. */
  readonly traefik: number
  /** Visitors without a right answer; unavoidable until it is noticed. */
  readonly lost: number
  readonly lostAfterNoticed: number
}

export async function playFailing(stage: Stage, contender: Contender): Promise<Failing> {
  const { result, recorded, facts } = await stage.play(contender, async (scene) => {
    const started = contender.start(scene, 'run')
    await contender.soaks(scene, started)
    await pause(INTO_THE_SOAK_MS)
    const died = Date.now()
    await scene.world.servers.kill('ingress')
    const { code, stdout, stderr } = await started.ended
    const decided = contender.decided(stdout)
    if (decided === undefined) throw new Error(`${contender.name} ended with ${code} and never went back:\n${stdout}\n${stderr}`)
    return { code, died, decided }
  })
  const { code, died, decided } = result
  const removed = firstSeen(facts, 'router-removed')
  const unloaded = firstSeen(facts, 'router-unloaded')
  const back = firstAnswerOfNomad(recorded, decided)
  if (removed === undefined || unloaded === undefined || back === undefined)
    throw new Error(`${contender.name} did not bring visitors back`)
  const lost = samplesOf(recorded).filter(({ verdict }) => verdict !== 'right')
  return {
    contender: contender.name,
    code,
    noticed: decided - died,
    back: back - decided,
    written: removed - decided,
    traefik: unloaded - removed,
    lost: lost.length,
    lostAfterNoticed: lost.filter(({ at }) => at > decided).length,
  }
}

/** When it was there; a WebSocket that stayed with its server says nothing of where visitors are sent. */
function firstAnswerOfNomad(recorded: readonly Recorded[], after: number): number | undefined {
  const answers = samplesOf(recorded).filter(({ at, side, asked }) => at > after && side === 'nomad' && asked !== 'socket-echo')
  return answers.length === 0 ? undefined : Math.min(...answers.map(({ at, ms }) => at + ms))
}
