import { describe, expect, it } from 'vitest'
import { ALL_CAPABILITIES, grantedIn } from '../../../src/adapters/nomad/capabilities.ts'
import type { NamespaceRule } from '../../../src/adapters/nomad/policy-rules.ts'

const rule = (pattern: string, policy: string, ...capabilities: string[]): NamespaceRule => ({ pattern, policy, capabilities })
const granted = (...rules: NamespaceRule[]): string[] => [...grantedIn('prod-web', rules)]

describe('grantedIn', () => {
  it('expands the shorthands', () => {
    expect(granted(rule('prod-web', 'write'))).toEqual(ALL_CAPABILITIES)
    expect(granted(rule('prod-web', 'read'))).toEqual(['read-job', 'list-jobs'])
    expect(granted(rule('prod-web', 'scale'))).toEqual(['read-job'])
    expect(granted(rule('prod-web', 'deny'))).toEqual([])
  })

  it('knows the fine-grained rights of 1.11 and what they imply', () => {
    expect(granted(rule('prod-web', '', 'register-job', 'read-job'))).toEqual(['read-job', 'register-job'])
    expect(granted(rule('prod-web', '', 'purge-job'))).toEqual(['deregister-job', 'purge-job'])
    expect(granted(rule('prod-web', 'read', 'submit-job'))).toEqual(ALL_CAPABILITIES)
  })

  it('unites several policies for the same pattern, and lets deny win there', () => {
    expect(granted(rule('prod-web', 'read'), rule('prod-web', '', 'deregister-job'))).toEqual(['read-job', 'list-jobs', 'deregister-job'])
    expect(granted(rule('prod-web', 'write'), rule('prod-web', '', 'deny'))).toEqual([])
  })

  it('prefers the name to any glob, and the nearest glob to the others', () => {
    expect(granted(rule('*', 'write'), rule('prod-web', 'read'))).toEqual(['read-job', 'list-jobs'])
    expect(granted(rule('*', 'write'), rule('prod-*', 'read'))).toEqual(['read-job', 'list-jobs'])
    expect(granted(rule('*', 'deny'), rule('prod-*', 'write'))).toEqual(ALL_CAPABILITIES)
    expect(granted(rule('*-web', 'read'), rule('prod-w*b', 'deny'))).toEqual([])
  })

  it('grants nothing where no pattern fits', () => {
    expect(granted()).toEqual([])
    expect(granted(rule('prod', 'write'), rule('prod-web-*', 'write'), rule('p.od-*', 'write'))).toEqual([])
  })
})
