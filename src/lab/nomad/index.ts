export { HTTP_PORT, NOMAD_UNIT } from './nodes.ts'
export { createLabNomad } from './server.ts'
export { initialNomadWorld } from './world.ts'
export type { NomadWorld, NomadWorldOptions, NomadWorldPolicy, NomadWorldToken } from './world.ts'
