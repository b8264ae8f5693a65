import type { Answer, AnsweredPair } from '../../../src/steps/compare-sides/pair.ts'
import { spec } from '../../../src/steps/compare-sides/spec.ts'
import type { CompareSpec } from '../../../src/steps/compare-sides/spec.ts'

export const html = (body: string, over: Partial<Answer> = {}): Answer => ({
  ok: true,
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body,
  timings: {},
  ...over,
})

export const withHeaders = (headers: Readonly<Record<string, string>>, body = 'x'): Answer => html(body, { headers })

export const pairOf = (old: Answer, fresh: Answer, path = '/about'): AnsweredPair => ({
  path,
  url: `https://www.example.org${path}`,
  old,
  new: fresh,
})

/** As a plan writes it. */
export const specOf = (fields: Readonly<Record<string, unknown>> = {}): CompareSpec => spec.parse({ paths: ['/about'], ...fields })
