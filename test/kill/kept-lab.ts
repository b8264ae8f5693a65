import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bundle } from '../e2e/command.ts'
import type { Workplace } from '../e2e/workplace.ts'
import { PLAN, quickWorkplace, worldFolder } from '../e2e/workplace.ts'

/** A lab that a process of its own keeps running while commands come and are killed. */
export interface KeptLab {
  readonly place: Workplace
  /** `host:port` where visitors connect, and the PEM that its certificate is signed by. */
  readonly visitors: string
  readonly authority: string
  close(): Promise<void>
}

export async function keepLab(built: Bundle): Promise<KeptLab> {
  const place = await quickWorkplace(built)
  const lab = place.start('lab', PLAN)
  await lab.says('use it:')
  const { visitors, authority } = JSON.parse(await readFile(join(worldFolder(place), 'endpoints.json'), 'utf8'))
  return {
    place,
    visitors,
    authority,
    close: async () => {
      lab.signal('SIGTERM')
      const ended = await lab.ended
      if (ended.code !== 0) throw new Error(`the lab ended with ${ended.code}: ${ended.stderr}`)
      await place.remove()
    },
  }
}
