import type { Json, JsonObject } from '../../domain/json.ts'
import type { NomadPort, NomadSubmission } from '../../domain/ports/nomad.ts'
import type { JsonResponse } from '../http/json-client.ts'
import type { NomadApi } from './api.ts'
import { registerable } from './job-document.ts'
import { numberOf, objectOf, textOf } from './json-fields.ts'

type Outcome = Awaited<ReturnType<NomadPort['register']>>

/** The server checks the index before it changes anything and says so as a 500 in plain text (recorded from 1.11). */
const isConflict = ({ status, text }: JsonResponse): boolean => status >= 400 && text.includes('Enforcing job modify index')

/** Registers a saved job if its JobModifyIndex still is `enforceIndex`; 0 means that it must be absent. `currentIndex` reads it anew. */
export async function register(
  api: NomadApi,
  job: JsonObject,
  options: { readonly enforceIndex: number; readonly submission?: NomadSubmission },
  currentIndex: () => Promise<number>,
): Promise<Outcome> {
  const response = await api.ask('POST', '/v1/jobs', {
    what: `register job ${textOf(job['ID'])}`,
    capability: 'submit-job (or register-job since 1.11)',
    body: {
      Job: registerable(job),
      EnforceIndex: true,
      JobModifyIndex: options.enforceIndex,
      ...(options.submission !== undefined && { Submission: submissionToSend(options.submission) }),
    },
    accept: isConflict,
  })
  if (isConflict(response)) return { outcome: 'index-conflict', found: await foundIndex(response.text, currentIndex) }
  const body = objectOf(response.body)
  // An unchanged job is only evaluated again, and the answer then carries its ModifyIndex in the place of its JobModifyIndex.
  const unchanged = body['Index'] !== body['JobModifyIndex']
  return {
    outcome: 'registered',
    jobModifyIndex: unchanged ? await currentIndex() : numberOf(body['JobModifyIndex']),
    evaluation: textOf(body['EvalID']) || undefined,
  }
}

async function foundIndex(text: string, currentIndex: () => Promise<number>): Promise<number> {
  if (text.includes('job does not exist')) return 0
  const told = /conflicting job modify index: (\d+)/.exec(text)?.[1]
  return told === undefined ? currentIndex() : Number(told)
}

function submissionToSend({ raw, source, format }: NomadSubmission): Json {
  return { Source: source, Format: format, VariableFlags: raw['VariableFlags'] ?? null, Variables: raw['Variables'] ?? '' }
}
