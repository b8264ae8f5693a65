import { hostname, userInfo } from 'node:os'
import type { EngineDependencies } from '../../engine/contract.ts'
import type { PlanOptions } from '../contract.ts'
import { VERSION } from '../version.ts'
import { planArguments } from '../command-line.ts'

/** Who is at work, for the lock, the journal and the person who asks. */
export const thisProcess = (options: Pick<PlanOptions, 'plan' | 'stateDir' | 'lab'>): EngineDependencies['process'] => ({
  pid: process.pid,
  host: hostname(),
  user: userInfo().username,
  toolVersion: VERSION,
  lab: options.lab,
  arguments: planArguments(options),
})
