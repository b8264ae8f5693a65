import { describe, expect, it } from 'vitest'
import { pullFailure } from '../../../../src/adapters/kubernetes/diagnosis/image-pull.ts'

describe('pullFailure', () => {
  it.each([
    [
      'not-found',
      'rpc error: code = NotFound desc = failed to pull and unpack image "r.test/web:nope": failed to resolve reference "r.test/web:nope": r.test/web:nope: not found',
    ],
    [
      'not-found',
      'failed to resolve reference "r.test/a:1": unexpected status from HEAD request to https://r.test/v2/a/manifests/1: 404 Not Found',
    ],
    ['not-found', 'Error response from daemon: manifest for nginx:nope not found: manifest unknown: manifest unknown'],
    ['unauthorized', 'pulling from host r.test failed with status code [manifests 1]: 401 Unauthorized'],
    [
      'unauthorized',
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    ],
    ['network', 'failed to do request: Head "https://r.test/v2/web/manifests/1": dial tcp: lookup r.test on 10.0.0.53:53: no such host'],
    ['network', 'failed to do request: Head "http://r.test/v2/": dial tcp 127.0.0.1:5999: connect: connection refused'],
    ['network', 'unexpected status from HEAD request to https://r.test/v2/web/manifests/1: 503 Service Unavailable'],
    [
      'network',
      'failed to do request: Head "https://r.test/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ],
    ['network', 'toomanyrequests: You have reached your pull rate limit'],
    ['network', 'something nobody has seen before'],
    ['wrong-platform', 'no match for platform in manifest: not found'],
    ['invalid-name', 'failed to parse image reference "UPPER/case:1": invalid reference format: repository name must be lowercase'],
  ] as const)('%s: %s', (expected, message) => {
    expect(pullFailure(message)).toBe(expected)
  })
})
