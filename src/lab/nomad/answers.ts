import type { Json } from '../../domain/json.ts'
import type { LabResponse } from '../contract.ts'

/** Nomad's errors are plain text. */
export const refused = (status: number, text: string, headers: Readonly<Record<string, string>> = {}): LabResponse => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
  body: text,
})

export const forbidden = (): LabResponse => refused(403, 'Permission denied')

/** Of a write: its index, where it has one. */
export const written = (body: Json, index?: number): LabResponse => ({
  status: 200,
  headers: { 'content-type': 'application/json', ...(index !== undefined && { 'x-nomad-index': String(index) }) },
  body: JSON.stringify(body),
})

export const queryHeaders = (index: number): Readonly<Record<string, string>> => ({
  'x-nomad-index': String(index),
  'x-nomad-knownleader': 'true',
  'x-nomad-lastcontact': '0',
})
