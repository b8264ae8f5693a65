import type { Problem } from '../../domain/problem.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { JsonResponse } from '../http/json-client.ts'
import { exceededQuota } from './quota.ts'
import type { ServerStatus } from './status.ts'
import { readStatus } from './status.ts'

/**
 * An answer that is no success, as a problem with the server's own words. An answer below 500 was given instead of an effect, so the
 * effect is `no`; so is the 500 that the server gives for a field that its schema does not know.
 */
export function refused(answer: JsonResponse, attempted: string): ProblemError {
  const status = readStatus(answer)
  return new ProblemError({
    ...describe(status, attempted, answer.headers['retry-after']),
    attempted,
    effect: hadNoEffect(status) ? 'no' : 'unknown',
  })
}

type Wording = Pick<Problem, 'code' | 'summary' | 'next'> & { readonly details?: readonly string[] }

function describe(status: ServerStatus, attempted: string, retryAfter: string | undefined): Wording {
  const message = status.message === '' ? `status ${status.code}` : status.message
  if (status.code === 401) {
    return {
      code: 'kubernetes-unauthorized',
      summary: 'the API server does not accept the credentials (401): the token or client certificate is wrong or has expired',
      next: [
        'log in again (or renew the token), then run the same command',
        '`kubectl auth whoami` shows whether kubectl is accepted with them',
      ],
    }
  }
  if (status.code === 403) return forbidden(message)
  if (isUnknownField(status)) {
    return {
      code: 'kubernetes-unknown-field',
      summary: `the API server does not know a field: ${message.replace(/^failed to create typed patch object \(.*?\): /, '')}`,
      next: ['correct the field in the manifest; `kubectl explain KIND` lists the fields that this server knows'],
    }
  }
  if (status.code === 422 || status.code === 400) {
    return {
      code: 'kubernetes-invalid-object',
      summary: `the API server refuses the object: ${message}`,
      ...(status.causes.length > 0 && { details: status.causes.map((cause) => `${cause.field}: ${cause.message}`) }),
      next: ['correct the manifest'],
    }
  }
  if (status.code === 404)
    return {
      code: 'kubernetes-not-found',
      summary: `the API server knows no such thing: ${message}`,
      next: ['check the name, the namespace and that the kind is installed'],
    }
  if (status.code === 409)
    return { code: 'kubernetes-conflict', summary: `the object changed meanwhile: ${message}`, next: ['run the same command again'] }
  if (status.code === 429) {
    return {
      code: 'kubernetes-busy',
      summary: `the API server has too much to do: ${message}`,
      next: [`try again${retryAfter === undefined ? '' : ` in ${retryAfter} s`}`],
    }
  }
  return {
    code: 'kubernetes-api-error',
    summary: `the API server failed to ${attempted} (${status.code}): ${message}`,
    next: ["look into the API server's log, then run the same command again"],
  }
}

/** The message names user, verb, resource and place; a webhook or a quota refuses with 403 too. */
function forbidden(message: string): Wording {
  const quota = exceededQuota(message)
  if (quota !== undefined)
    return {
      code: 'kubernetes-quota-exceeded',
      summary: quota,
      details: [message],
      next: ['ask for less, or have the quota raised: `kubectl describe resourcequota` in that namespace shows it'],
    }
  const right = /User "([^"]*)" cannot (\S+) resource "([^"]*)" in API group "([^"]*)"(?: in the namespace "([^"]*)")?/.exec(message)
  if (right === null)
    return {
      code: 'kubernetes-forbidden',
      summary: `the API server forbids it: ${message}`,
      next: ['read the reason: an admission rule or a quota said no'],
    }
  const [, user = '', verb = '', resource = '', group = '', namespace] = right
  const place = namespace === undefined ? 'in the cluster' : `in namespace ${namespace}`
  const qualified = group === '' ? resource : `${resource}.${group}`
  if (user === 'system:anonymous') {
    return {
      code: 'kubernetes-unauthorized',
      summary: 'the API server saw no credentials in the request: the context has no usable token, certificate or plugin',
      next: ['check the user of the context in the kubeconfig; `kubectl auth whoami` shows whom the server sees'],
    }
  }
  return {
    code: 'kubernetes-forbidden',
    summary: `user ${user} may not ${verb} ${qualified} ${place}`,
    next: [
      `give ${user} a Role with the verb ${verb} on ${qualified} ${place}`,
      `\`kubectl auth can-i ${verb} ${qualified}${namespace === undefined ? '' : ` -n ${namespace}`}\` asks again`,
    ],
  }
}

/** Seen on Kubernetes 1.36: server-side apply answers a typo, a wrong type or a doubled list key with 500 and no reason. */
export function isUnknownField(status: ServerStatus): boolean {
  return status.code === 500 && status.reason === '' && status.message.startsWith('failed to create typed patch object')
}

function hadNoEffect(status: ServerStatus): boolean {
  return status.code < 500 || isUnknownField(status)
}
