import type { Credential } from './credential.ts'

/** A private registry says the same of what is hidden and of what is not there. */
export const refusal = (registry: string, status: number, credential: Credential | undefined): string =>
  credential === undefined
    ? `${registry} lets nobody see it without a login (${status}), or it is not there`
    : `${registry} refuses the login from ${credential.from} (${status}), or hides what is not there`
