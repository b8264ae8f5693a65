import type { Environment } from '@marcbachmann/cel-js'
import type { PolicyRule } from '../domain/policy.ts'
import { registerFunctions } from './functions/index.ts'
import { EXPRESSION_LIMITS } from './limits.ts'

/**
 * What expressions may name. `plan`, `objects` and `now` stand in every rule, and what the rule looks at: `object`, `chart` or `image`. A member of
 * `objects` is the Kubernetes object with one more field, `step`. Built once, when the first rule is compiled: the library takes 0.1 s to load.
 */
export async function celEnvironment(looksAt: PolicyRule['looksAt'], each: boolean): Promise<Environment> {
  const key = `${looksAt} ${String(each)}`
  const known = environments.get(key)
  if (known !== undefined) return known
  const made = createEnvironment(looksAt, each)
  environments.set(key, made)
  return made
}

const environments = new Map<string, Promise<Environment>>()

async function createEnvironment(looksAt: PolicyRule['looksAt'], each: boolean): Promise<Environment> {
  const environment = (await base()).clone()
  if (looksAt !== 'objects') environment.registerVariable(looksAt, 'dyn')
  if (each) environment.registerVariable('it', 'dyn').registerVariable('index', 'int')
  return environment
}

let baseOnce: Promise<Environment> | undefined
const base = (): Promise<Environment> => (baseOnce ??= createBase())

async function createBase(): Promise<Environment> {
  const cel = await import('@marcbachmann/cel-js')
  const environment = new cel.Environment({ homogeneousAggregateLiterals: false, enableOptionalTypes: true, limits: EXPRESSION_LIMITS })
  environment.registerVariable('plan', 'dyn').registerVariable('objects', 'list<dyn>').registerVariable('now', 'google.protobuf.Timestamp')
  registerFunctions(environment)
  return environment
}

/** A function that we add to CEL's own, for the documentation. */
export interface OwnFunction {
  readonly signature: string
  readonly description: string
}

export async function ownFunctions(): Promise<readonly OwnFunction[]> {
  const cel = await import('@marcbachmann/cel-js')
  const builtIn = new Set(new cel.Environment().getDefinitions().functions.map(({ signature }) => signature))
  return (await base())
    .getDefinitions()
    .functions.filter(({ signature }) => !builtIn.has(signature))
    .map(({ signature, description }) => ({ signature, description: description ?? '' }))
    .toSorted((a, b) => (a.signature < b.signature ? -1 : 1))
}
