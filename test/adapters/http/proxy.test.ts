import { describe, expect, it } from 'vitest'

import { proxyFor } from '../../../src/adapters/http/proxy.ts'

const PROXY = 'http://proxy.example:3128'
const proxied = (url: string, noProxy?: string): boolean =>
  proxyFor(new URL(url), { HTTPS_PROXY: PROXY, HTTP_PROXY: PROXY, NO_PROXY: noProxy }) !== undefined

describe('proxy', () => {
  it('is chosen by the scheme, upper case first, empty is unset', () => {
    const env = { HTTPS_PROXY: 'http://secure', https_proxy: 'http://lower', http_proxy: 'http://plain', HTTP_PROXY: '' }
    expect(proxyFor(new URL('https://a.example'), env)).toBe('http://secure')
    expect(proxyFor(new URL('http://a.example'), env)).toBe('http://plain')
    expect(proxyFor(new URL('https://a.example'), {})).toBeUndefined()
  })

  it('may be written without a scheme', () => {
    expect(proxyFor(new URL('https://a.example'), { HTTPS_PROXY: 'proxy.example:3128' })).toBe(PROXY)
  })

  it.each(['http://localhost:8080', 'https://127.0.0.1', 'https://127.9.9.9:6443', 'http://[::1]:4646'])(
    'is never used for loopback: %s',
    (url) => {
      expect(proxied(url)).toBe(false)
    },
  )

  it.each([
    ['https://nomad.example', '*'],
    ['https://nomad.example', 'other.example, NOMAD.example'],
    ['https://a.nomad.example', 'nomad.example'],
    ['https://a.nomad.example', '.nomad.example'],
    ['https://a.nomad.example', '*.nomad.example'],
    ['https://192.168.1.5:6443', '192.168.0.0/16'],
    ['https://192.168.1.5:6443', '192.168.1.5'],
    ['https://[fd00::5]:6443', 'fd00::/8'],
    ['https://[fd00::5]:6443', '[fd00::5]:6443'],
    ['https://nomad.example:4646', 'nomad.example:4646'],
    ['https://nomad.example', 'nomad.example:443'],
  ])('is not used for %s where NO_PROXY is %s', (url, noProxy) => {
    expect(proxied(url, noProxy)).toBe(false)
  })

  it.each([
    ['https://nomad.example', '.nomad.example'],
    ['https://mynomad.example', 'nomad.example'],
    ['https://nomad.example', 'nomad.example:4646'],
    ['https://192.169.1.5', '192.168.0.0/16'],
    ['https://192.168.1.5', '192.168.0.0/99'],
    ['https://192.168.1.5', 'fd00::/8'],
    ['https://nomad.example', ' , '],
  ])('is used for %s where NO_PROXY is %s', (url, noProxy) => {
    expect(proxied(url, noProxy)).toBe(true)
  })

  it.each(['ftp://proxy', 'http://', 'ssh://user:hunter22@proxy'])('is refused when it is %s, without showing a password', (value) => {
    let shown = ''
    try {
      proxyFor(new URL('https://a.example'), { HTTPS_PROXY: value })
    } catch (error) {
      shown = String(error)
    }
    expect(shown).toContain('proxy-invalid: HTTPS_PROXY')
    expect(shown).not.toContain('hunter22')
  })
})
