export { createLabHostRunner } from './runner.ts'
export type { LabHostRunnerOptions, LabProcessRunner } from './runner.ts'
export { startLabHost } from './server.ts'
export type { LabHost, LabHostOptions } from './server.ts'
