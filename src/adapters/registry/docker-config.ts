import type { Json } from '../../domain/json.ts'
import type { ImageName } from '../../domain/image-name.ts'
import type { Credential } from './credential.ts'
import { isMap, jsonField, jsonOf, textField } from './json-answer.ts'

/** A docker configuration, parsed; undefined where it is none. */
export function parseDockerConfig(text: string): Json | undefined {
  const config = jsonOf(Buffer.from(text))
  return isMap(config) ? config : undefined
}

/**
 * Its logins for the image, the closest first: keys are hosts or URLs, in pull secrets also with `*` and with the beginning of a repository
 * (Kubernetes documentation, "Interpretation of config.json").
 */
export function credentialsIn(config: Json, image: ImageName, from: string): readonly Credential[] {
  const auths = jsonField(config, 'auths')
  if (!isMap(auths)) return []
  return Object.keys(auths)
    .filter((key) => isFor(key, image))
    .sort((a, b) => b.length - a.length || (a < b ? 1 : -1))
    .flatMap((key) => credentialOf(auths[key], from))
}

/** The program that keeps the login for this registry, by the name after `docker-credential-`. */
export function helperFor(config: Json, { registry }: ImageName): string | undefined {
  const helpers = jsonField(config, 'credHelpers')
  const own = isMap(helpers) ? Object.keys(helpers).find((key) => hostAndPath(key).host === registry) : undefined
  const name = (own === undefined ? '' : textField(helpers, own)) || textField(config, 'credsStore')
  return name === '' ? undefined : name
}

/** Docker keeps the login of its own registry under this name. */
export const serverAddress = ({ registry }: ImageName): string => (registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry)

function isFor(key: string, { registry, repository }: ImageName): boolean {
  const { host, path } = hostAndPath(key)
  const patterns = host.split('.')
  const labels = registry.split('.')
  const sameHost = patterns.length === labels.length && patterns.every((pattern, index) => matches(pattern, labels[index] ?? ''))
  return sameHost && (path === '' || repository === path || repository.startsWith(path.endsWith('/') ? path : `${path}/`))
}

/** A `*` stands for any part of one label; the pattern is walked, so that nothing hostile can be slow. */
function matches(pattern: string, label: string): boolean {
  const parts = pattern.split('*')
  if (parts.length === 1) return pattern === label
  const first = parts[0] ?? ''
  const last = parts.at(-1) ?? ''
  if (!label.startsWith(first) || !label.endsWith(last) || label.length < first.length + last.length) return false
  let rest = label.slice(first.length, label.length - last.length)
  return parts.slice(1, -1).every((part) => {
    const at = rest.indexOf(part)
    rest = rest.slice(at + part.length)
    return at !== -1
  })
}

const DOCKER_HUB = ['index.docker.io', 'registry-1.docker.io', 'docker.io']

function hostAndPath(key: string): { readonly host: string; readonly path: string } {
  const [host = '', ...path] = key.replace(/^https?:\/\//, '').split('/')
  const kept = path[0] === 'v1' || path[0] === 'v2' ? path.slice(1) : path
  return { host: DOCKER_HUB.includes(host) ? 'docker.io' : host, path: kept.join('/') }
}

function credentialOf(entry: Json | undefined, from: string): readonly Credential[] {
  const identity = textField(entry, 'identitytoken')
  const registryToken = textField(entry, 'registrytoken')
  if (identity !== '') return [{ kind: 'identity-token', token: identity, from }]
  if (registryToken !== '') return [{ kind: 'registry-token', token: registryToken, from }]
  const decoded = Buffer.from(textField(entry, 'auth'), 'base64').toString('utf8').replace(/\0+$/, '')
  const colon = decoded.indexOf(':')
  const username = colon === -1 ? textField(entry, 'username') : decoded.slice(0, colon)
  const password = colon === -1 ? textField(entry, 'password') : decoded.slice(colon + 1)
  return username === '' || password === '' ? [] : [{ kind: 'password', username, password, from }]
}
