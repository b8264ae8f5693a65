import type { NomadCapability, NomadPort } from '../../domain/ports/index.ts'
import type { Finding } from '../../domain/step-kind.ts'
import { failed, passed, warned } from '../finding.ts'

/** One thing to be allowed, and the capabilities that each allow it alone (facts: Nomad 11). */
export interface Need {
  readonly what: string
  readonly anyOf: readonly NomadCapability[]
}

export const READ: Need = { what: 'read jobs', anyOf: ['read-job'] }
export const STOP: Need = { what: 'stop a job', anyOf: ['submit-job', 'deregister-job'] }
export const REGISTER: Need = { what: 'register a job again (for the undo)', anyOf: ['submit-job', 'register-job'] }
export const PURGE: Need = { what: 'purge a job', anyOf: ['submit-job', 'purge-job'] }

/** Whether the token may do all of these in its namespace. */
export async function allowed(nomad: NomadPort, needs: readonly Need[]): Promise<readonly Finding[]> {
  const has = await nomad.capabilities()
  if (has === 'unknown') {
    const names = needs.map((need) => need.what).join(', ')
    return [
      warned(`the Nomad token may ${names}`, {
        code: 'nomad-rights-unknown',
        summary: 'Nomad does not let this token see its own rights',
        next: [`make sure that it may: ${names}`],
      }),
    ]
  }
  return needs.map((need) => {
    const what = `the Nomad token may ${need.what}`
    return need.anyOf.some((capability) => has.has(capability)) ? passed(what) : failed(what, denied(need))
  })
}

const denied = (need: Need) => ({
  code: 'nomad-right-missing',
  summary: `the Nomad token may not ${need.what}`,
  details: [`needed in the namespace: ${need.anyOf.join(' or ')}`],
  next: ['give the token a policy with this capability, or set NOMAD_TOKEN to another one'],
})
