import type { DynamicConfig, EdgeRouter, RemoteFile, RouterDefinition } from '../../domain/ports/index.ts'
import type { Json } from '../../domain/json.ts'
import type { StepContext } from '../../domain/step-kind.ts'
import type { Recorded } from '../recorded.ts'

export type SwitchSpec = {
  readonly router: string
  readonly rule: string
  readonly service: string
  readonly entryPoints: readonly string[]
  readonly replaces: string
  readonly priority?: number | undefined
  readonly middlewares?: readonly string[] | undefined
  readonly tls?: Json | undefined
}
export type SwitchContext = StepContext<SwitchSpec>

/** The file as it was, our router, and the route that it takes over from. */
export type SwitchRecord = {
  readonly file: Omit<Recorded<RemoteFile>, 'bytes'> & { readonly base64: string }
  readonly name: string
  readonly definition: Recorded<RouterDefinition>
  readonly replaced: Recorded<EdgeRouter>
}

/** A temporary router that only a secret header matches; noted before it is written. Its secret is never printed. */
export type SwitchNote = { readonly probe: string; readonly secret: string; readonly definition: Recorded<RouterDefinition> }

export function recordFile({ bytes, ...rest }: RemoteFile): SwitchRecord['file'] {
  return { ...rest, base64: Buffer.from(bytes).toString('base64') }
}

/** The file before this run, as the port's `edit` wants it. */
export function originalFile({ file }: Pick<SwitchRecord, 'file'>): RemoteFile {
  const { base64, ...rest } = file
  return { ...rest, bytes: new Uint8Array(Buffer.from(base64, 'base64')) }
}

/** Who sends it with a run's secret comes through that run's probe, or door. */
export const PROBE_HEADER = 'X-Jmc-Migrate-Probe'

/** The file's text for a person's eyes: the secrets of probes and doors, of whatever run, are left out. */
export const shownText = (bytes: Uint8Array): string => withoutSecrets(new TextDecoder().decode(bytes))

export const withoutSecrets = (text: string): string => text.replaceAll(SECRET, '…')

const SECRET = new RegExp(`(?<=${PROBE_HEADER}\\W{1,8})[\\w-]+`, 'g')

/** A router of the file under the name that Traefik's API gives it. */
export const inFile = (name: string): string => `${name}@file`

/** `auth` of a router of provider docker is `auth@docker` for everybody else. */
export const qualify = (name: string, provider: string): string => (name.includes('@') ? name : `${name}@${provider}`)

export const providerOf = (name: string): string => name.slice(name.lastIndexOf('@') + 1)

/** Providers whose configuration goes away with a Nomad job. */
export const dependsOnJob = (provider: string): boolean => /^(consulcatalog|nomad)(-|$)/.test(provider)

export function whereIs(config: Pick<DynamicConfig, 'file'>, context: Pick<StepContext<unknown>, 'plan'>): string {
  return `${config.file.path} on ${context.plan.targets.edge?.host ?? 'the edge'}`
}
