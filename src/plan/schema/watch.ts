import { z } from 'zod'
import { formatDuration } from '../../domain/duration.ts'
import { DEFAULT_WATCH } from '../../domain/watch.ts'
import { duration } from './fields.ts'

/** `watch: {}`: the tripwire with its defaults. */
export const watch = () =>
  z
    .strictObject({
      interval: duration()
        .optional()
        .describe(`Time between two looks; ${formatDuration(DEFAULT_WATCH.interval)} unless told.`),
      failureThreshold: z
        .int()
        .min(0)
        .default(DEFAULT_WATCH.failureThreshold)
        .describe('Wrong answers that are tolerated within `within`.'),
      within: duration()
        .optional()
        .describe(`How long a wrong answer counts; ${formatDuration(DEFAULT_WATCH.within)} unless told.`),
    })
    .transform(({ interval = DEFAULT_WATCH.interval, within = DEFAULT_WATCH.within, failureThreshold }) => ({
      interval,
      failureThreshold,
      within,
    }))
    .describe(
      'Asks the site as a visitor during the whole run, also between steps; one wrong answer more than it tolerates takes visitors back at once.',
    )
