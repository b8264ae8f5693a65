/** The policies of the contract's tokens, as Nomad's API takes them. */
export const POLICIES = {
  reader: 'namespace "default" {\n  policy = "read"\n}\n',
  deployer: 'namespace "default" {\n  capabilities = ["read-job", "list-jobs", "register-job", "deregister-job"]\n}\n',
} as const

export const STRANGERS_TOKEN = '22222222-2222-3333-4444-555555555555'
/** A namespace beside `default`. */
export const OTHER_NAMESPACE = 'contract-other'
