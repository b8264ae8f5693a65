import type { Json, JsonObject } from '../../../../src/domain/json.ts'

/** A job that runs on the real server (raw_exec) in a moment: healthy after 100 ms, a second of shutdown delay. */
export const JOB: JsonObject = {
  ID: 'contract',
  Name: 'contract',
  Type: 'service',
  Datacenters: ['dc1'],
  TaskGroups: [
    {
      Name: 'web',
      Count: 1,
      ShutdownDelay: 1_000_000_000,
      Update: {
        MaxParallel: 1,
        HealthCheck: 'task_states',
        MinHealthyTime: 100_000_000,
        HealthyDeadline: 60_000_000_000,
        ProgressDeadline: 120_000_000_000,
      },
      Networks: [{ DynamicPorts: [{ Label: 'http' }] }],
      Services: [{ Name: 'contract', PortLabel: 'http', Provider: 'nomad', Tags: ['traefik.enable=true'] }],
      Tasks: [
        { Name: 'server', Driver: 'raw_exec', Config: { command: '/bin/sleep', args: ['3600'] }, Resources: { CPU: 50, MemoryMB: 32 } },
      ],
    },
  ],
}

export const CHANGED: JsonObject = { ...JOB, Meta: { edition: 'second' } }
const GROUP = (JOB['TaskGroups'] as readonly JsonObject[])[0] ?? {}
/** Its scaling policy carries indexes of its own, so that even the same document registers as a change: kept apart. */
export const SCALED: JsonObject = {
  ...JOB,
  ID: 'scaled',
  Name: 'scaled',
  TaskGroups: [{ ...GROUP, Services: [], Scaling: { Min: 0, Max: 3, Enabled: true, Policy: {} } }],
}
export const SUBMISSION: JsonObject = {
  Source: 'job "contract" {}\n',
  Format: 'hcl2',
  VariableFlags: { colour: 'blue', share: '100%25' },
  Variables: 'size = 3\n',
}
/** The body of a registration under `EnforceIndex`. */
export const register = (job: Json, index: number, submission?: Json): Json => ({
  Job: job,
  EnforceIndex: true,
  JobModifyIndex: index,
  ...(submission !== undefined && { Submission: submission }),
})
