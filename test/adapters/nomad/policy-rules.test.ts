import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { namespaceRules } from '../../../src/adapters/nomad/policy-rules.ts'
import type { JsonObject } from '../../../src/domain/json.ts'

const rulesOf = (Rules: string): ReturnType<typeof namespaceRules> => namespaceRules({ Rules })

describe('namespaceRules', () => {
  it('reads what the server has parsed', () => {
    const recordings = JSON.parse(readFileSync(new URL('../../lab/nomad/recordings/nomad-1.11.json', import.meta.url), 'utf8')) as {
      name: string
      body: JsonObject
    }[]
    const policy = recordings.find((each) => each.name === 'policy-own')?.body ?? {}
    expect(namespaceRules(policy)).toEqual([
      { pattern: 'default', policy: 'read', capabilities: expect.arrayContaining(['read-job', 'list-jobs']) },
    ])
  })

  it('reads HCL as older servers keep it: comments, other blocks, variables, several namespaces', () => {
    const text = `
      # the deployers
      namespace "default" {
        policy       = "read"      // plus:
        capabilities = ["submit-job", "dispatch-job",]
        variables { path "nomad/jobs/*" { capabilities = ["write"] } }
      }
      /* everything
         of ours */
      namespace "prod-*" { policy = "write" }
      namespace "empty" {}
      agent { policy = "read" }
      host_volume "data" { policy = "write" }
      plugin { policy = "list" }`
    expect(rulesOf(text)).toEqual([
      { pattern: 'default', policy: 'read', capabilities: ['submit-job', 'dispatch-job'] },
      { pattern: 'prod-*', policy: 'write', capabilities: [] },
      { pattern: 'empty', policy: '', capabilities: [] },
    ])
  })

  it('takes a # inside a text for a text', () => {
    expect(rulesOf('namespace "a#b" { policy = "read" }')).toEqual([{ pattern: 'a#b', policy: 'read', capabilities: [] }])
  })

  it('reads the JSON way of writing', () => {
    expect(rulesOf('{"namespace":{"default":{"policy":"write"},"x*":{"capabilities":["read-job"]}},"agent":{"policy":"read"}}')).toEqual([
      { pattern: 'default', policy: 'write', capabilities: [] },
      { pattern: 'x*', policy: '', capabilities: ['read-job'] },
    ])
    expect(rulesOf('{"namespace":[{"default":[{"policy":"read"}]}]}')).toEqual([{ pattern: 'default', policy: 'read', capabilities: [] }])
  })

  it('grants nothing for an empty policy', () => {
    expect(rulesOf('')).toEqual([])
  })

  it.each(['namespace "a" {', 'namespace "a" { policy = }', '} {', 'namespace "a" { capabilities = ["x" ', '{ nonsense'])(
    'says that it cannot understand %s',
    (text) => {
      expect(rulesOf(text)).toBeUndefined()
    },
  )
})
