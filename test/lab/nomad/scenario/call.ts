import type { Json, JsonObject } from '../../../../src/domain/json.ts'

/** Tokens by what they may do; the recorder makes them on the real server, the contract test in the lab's world. */
export type TokenName = 'management' | 'reader' | 'deployer' | 'keeper' | 'none' | 'wrong'

/** What the tokens' policies grant: in namespace default, and to the keeper in all. The deployer has exactly the fine-grained rights of Nomad 1.11. */
export const POLICIES: Readonly<Record<'reader' | 'deployer' | 'keeper', string>> = {
  reader: 'namespace "default" {\n  policy = "read"\n}\n',
  keeper: 'namespace "*" {\n  policy = "read"\n}\nnode {\n  policy = "write"\n}\n',
  deployer: 'namespace "default" {\n  capabilities = ["read-job", "list-jobs", "register-job", "deregister-job"]\n}\n',
}

/** One call of the contract. Later calls see the bodies of earlier ones by name. */
export interface Call {
  readonly name: string
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string | ((seen: Seen) => string)
  readonly body?: Json | ((seen: Seen) => Json)
  /** `management` unless told. */
  readonly token?: TokenName
  /** Asked again until this holds: what takes the server a moment. */
  readonly until?: (body: Json | undefined) => boolean
  /** Paths into the JSON body ("0.Status") whose values the lab must give exactly; everywhere else only the shape counts. */
  readonly same?: readonly string[]
  /** All that the recording keeps of the body, as paths. */
  readonly keep?: readonly string[]
  /** Members that the recording leaves null at any depth: large, and held to the lab by another call. */
  readonly without?: readonly string[]
}

export type Seen = (name: string) => JsonObject

/** A body as later calls see it: a list is the member `rows`. */
export const asSeen = (body: Json | undefined): JsonObject =>
  typeof body !== 'object' || body === null ? {} : Array.isArray(body) ? { rows: body as readonly Json[] } : (body as JsonObject)

type Rest = Omit<Call, 'name' | 'method' | 'path'>
const call =
  (method: Call['method']) =>
  (name: string, path: Call['path'], rest: Rest = {}): Call => ({ name, method, path, ...rest })
export const get = call('GET')
export const post = call('POST')
export const remove = call('DELETE')

export const rows = (body: Json | undefined): readonly JsonObject[] => (Array.isArray(body) ? (body as readonly JsonObject[]) : [])

/** A text member of a body; empty where it has none. */
export function textAt(body: Json | undefined, name: string): string {
  const value = typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as JsonObject)[name] : undefined
  return typeof value === 'string' ? value : ''
}

export const indexOf = (body: JsonObject): number => Number(body['JobModifyIndex'])

export const isHealthy = (allocation: JsonObject): boolean => (allocation['DeploymentStatus'] as JsonObject | null)?.['Healthy'] === true

/** The version's allocation runs and is healthy, all others have ended. */
export const running =
  (version: number) =>
  (body: Json | undefined): boolean => {
    const current = rows(body).find((each) => each['JobVersion'] === version && each['DesiredStatus'] === 'run')
    const others = rows(body).filter((each) => each !== current)
    return current?.['ClientStatus'] === 'running' && isHealthy(current) && others.every((each) => each['ClientStatus'] === 'complete')
  }
