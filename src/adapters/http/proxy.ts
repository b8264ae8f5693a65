import { BlockList, isIP } from 'node:net'

import { ProblemError } from '../../domain/problem.ts'

type Environment = Readonly<Record<string, string | undefined>>

const SUPPORTED = new Set(['http:', 'https:', 'socks5:'])

/**
 * The proxy for a URL by the rules of Go's `net/http`, which kubectl and nomad follow (golang.org/x/net/http/httpproxy):
 * `HTTPS_PROXY` or `HTTP_PROXY` by scheme, upper case first; never for loopback; `NO_PROXY` holds names (with their
 * subdomains), `.names` (subdomains alone), addresses, CIDR blocks, each with an optional port, or `*`.
 */
export function proxyFor(url: URL, environment: Environment): string | undefined {
  const scheme = url.protocol.slice(0, -1).toUpperCase()
  const variable = [`${scheme}_PROXY`, `${scheme.toLowerCase()}_proxy`].find((name) => (environment[name] ?? '') !== '')
  if (variable === undefined) return undefined
  const host = hostOf(url)
  if (isLoopback(host) || isExempt(host, url.port || (url.protocol === 'https:' ? '443' : '80'), environment)) return undefined
  return parseProxy(variable, environment[variable] ?? '')
}

function isExempt(host: string, port: string, environment: Environment): boolean {
  const list = environment['NO_PROXY'] || environment['no_proxy'] || ''
  return list
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '')
    .some((entry) => matches(entry, host, port))
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true
  if (entry.includes('/')) return inBlock(entry, host)
  const { name, port: wantedPort } = splitPort(entry)
  if (wantedPort !== undefined && wantedPort !== port) return false
  if (isIP(name) !== 0) return sameAddress(name, host)
  const domain = name.replace(/^\*(?=\.)/, '')
  return domain.startsWith('.') ? host.endsWith(domain) : host === domain || host.endsWith(`.${domain}`)
}

function inBlock(block: string, host: string): boolean {
  const [network = '', prefix = ''] = block.split('/')
  const family = isIP(network)
  const bits = Number(prefix)
  if (family === 0 || isIP(host) !== family || !/^\d+$/.test(prefix) || bits > (family === 4 ? 32 : 128)) return false
  const list = new BlockList()
  list.addSubnet(network, bits, family === 4 ? 'ipv4' : 'ipv6')
  return list.check(host, family === 4 ? 'ipv4' : 'ipv6')
}

const sameAddress = (a: string, b: string): boolean => inBlock(`${a}/${isIP(a) === 4 ? 32 : 128}`, b)

function splitPort(entry: string): { readonly name: string; readonly port: string | undefined } {
  const bracketed = /^\[(.+)\](?::(\d+))?$/.exec(entry)
  if (bracketed) return { name: bracketed[1] ?? '', port: bracketed[2] }
  const plain = /^([^:]+):(\d+)$/.exec(entry)
  return plain ? { name: plain[1] ?? '', port: plain[2] } : { name: entry, port: undefined }
}

function parseProxy(variable: string, value: string): string {
  const text = value.includes('://') ? value : `http://${value}`
  if (URL.canParse(text) && SUPPORTED.has(new URL(text).protocol)) return text
  // A proxy's URL may carry a password: only what stands before it is shown.
  throw new ProblemError({
    code: 'proxy-invalid',
    summary: `${variable} names no proxy that can be used (it begins "${value.slice(0, Math.min(8, value.indexOf(':') + 1))}…")`,
    next: [`set ${variable} to http://, https:// or socks5:// and a host, or unset it`],
    effect: 'no',
  })
}

/** The host of a URL without the brackets of an IPv6 address. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase()
}

function isLoopback(host: string): boolean {
  if (host === 'localhost') return true
  return inBlock('127.0.0.0/8', host) || sameAddress('::1', host)
}
