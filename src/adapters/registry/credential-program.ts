import { execa } from 'execa'
import { endInTime } from '../system/end-in-time.ts'
import type { Credential } from './credential.ts'
import { jsonOf, textField } from './json-answer.ts'

export type HelperAnswer =
  | { readonly credential: Credential }
  /** It keeps none for this registry. */
  | { readonly credential: undefined; readonly failure?: string }

/** Asks `docker-credential-NAME`. A parameter of the adapter, so that tests need no program. */
export type AskHelper = (name: string, serverAddress: string) => Promise<HelperAnswer>

const TIMEOUT_MS = 10_000
/** An identity token instead of a password (docker-credential-helpers: "client"). */
const TOKEN_USER = '<token>'

/** By the protocol of docker's credential helpers: the registry on stdin, JSON or a message on stdout. What it prints is in no problem. */
export function createAskHelper(env: Readonly<Record<string, string | undefined>>, timeoutMs = TIMEOUT_MS): AskHelper {
  return async (name, serverAddress) => {
    if (!/^[\w.-]+$/.test(name)) return { credential: undefined, failure: 'the docker configuration names no credential helper' }
    const program = `docker-credential-${name}`
    const running = execa(program, ['get'], {
      env,
      extendEnv: false,
      input: serverAddress,
      reject: false,
      maxBuffer: 1024 * 1024,
    })
    const ended = endInTime(running, timeoutMs)
    const { stdout, exitCode } = await running
    if (ended()) return { credential: undefined, failure: `${program} did not end within ${timeoutMs / 1_000} s` }
    if (exitCode === undefined) return { credential: undefined, failure: `${program} could not be started` }
    if (exitCode !== 0 && /credentials not found/i.test(stdout)) return { credential: undefined }
    const answer = jsonOf(Buffer.from(stdout))
    const username = textField(answer, 'Username')
    const secret = textField(answer, 'Secret')
    if (exitCode !== 0 || secret === '') return { credential: undefined, failure: `${program} gave no login (exit code ${exitCode})` }
    return {
      credential:
        username === TOKEN_USER
          ? { kind: 'identity-token', token: secret, from: program }
          : { kind: 'password', username, password: secret, from: program },
    }
  }
}
