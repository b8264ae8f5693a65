import { hostname, userInfo } from 'node:os'
import type { EngineDependencies } from '../../engine/contract.ts'
import { VERSION } from '../version.ts'

/** Who is at work, for the lock, the journal and the person who asks. */
export const thisProcess = (lab: boolean): EngineDependencies['process'] => ({
  pid: process.pid,
  host: hostname(),
  user: userInfo().username,
  toolVersion: VERSION,
  lab,
})
