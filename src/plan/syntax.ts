import { isAlias, isMap, parseDocument, visit } from 'yaml'
import type { Document } from 'yaml'
import { plainDocuments } from '../domain/plain-yaml.ts'
import type { Problem } from '../domain/problem.ts'
import { planProblem } from './plan-problem.ts'
import { planSource } from './source.ts'
import type { PlanSource } from './source.ts'
import { tabProblems } from './tab-indentation.ts'

export interface ParsedYaml {
  readonly source: PlanSource
  /** The document as plain data; undefined where the problems leave none to look at. */
  readonly data: Readonly<Record<string, unknown>> | undefined
  readonly problems: readonly Problem[]
}

/** Reads the YAML of a plan. A duplicate key leaves data to look at, so that other problems are shown at once; a broken syntax does not. */
export function parseYaml(file: string, original: string): ParsedYaml {
  const text = original.replace(/^\uFEFF/, '')
  let parsed: Document | undefined
  const fully = (): Document => (parsed ??= parseDocument(text, { merge: true, prettyErrors: false, logLevel: 'error' }))
  const source = planSource(file, text, fully)
  const data = plainMap(text)
  return data === undefined ? parseFully(source, fully()) : { source, data, problems: [] }
}

/** An ordinary plan, of which the full parser would say the same: it is asked only for places, once there is a problem to show. */
function plainMap(text: string): ParsedYaml['data'] {
  const [document, second] = plainDocuments(text) ?? []
  if (document === undefined || second !== undefined) return undefined
  const { value } = document
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : undefined
}

function parseFully(source: PlanSource, document: Document): ParsedYaml {
  const duplicates = document.errors.filter((error) => error.code === 'DUPLICATE_KEY').map((error) => duplicateKey(source, error.pos))
  const broken = brokenSyntax(source, document)
  if (broken.length > 0) return { source, data: undefined, problems: [...broken, ...duplicates] }
  const unclear = [...duplicates, ...unresolvable(source, document)]
  if (unclear.length > duplicates.length) return { source, data: undefined, problems: unclear }
  return contents(source, document, unclear)
}

function contents(source: PlanSource, document: Document, problems: readonly Problem[]): ParsedYaml {
  if (document.contents === null) {
    return { source, data: undefined, problems: [planProblem('empty-plan', `${source.file} is empty`, [START], source.at(0, 1))] }
  }
  if (!isMap(document.contents)) {
    const summary = `${source.file} is not a plan: it holds no fields such as \`site:\` and \`steps:\``
    return { source, data: undefined, problems: [...problems, planProblem('not-a-plan', summary, [START], source.locate([]))] }
  }
  try {
    return { source, data: Object.fromEntries(Object.entries(document.toJS())), problems }
  } catch (error) {
    const summary = `the aliases cannot be followed: ${error instanceof Error ? error.message : String(error)}`
    return {
      source,
      data: undefined,
      problems: [...problems, planProblem('bad-alias', summary, ['write the values out'], source.locate([]))],
    }
  }
}

const START = 'begin with `apiVersion: jmc-migrate/v1`; docs/plan-reference.md shows a whole plan'

function brokenSyntax(source: PlanSource, document: Document): readonly Problem[] {
  const errors = document.errors.filter((error) => error.code !== 'DUPLICATE_KEY')
  const tabs = tabProblems(source, errors)
  if (tabs.length > 0) return tabs
  return [...errors, ...document.warnings].map((error) => {
    const location = source.at(...visible(source.text, error.pos))
    if (error.code === 'MULTIPLE_DOCS') {
      return planProblem(
        'several-documents',
        'the file holds several YAML documents',
        ['keep one plan per file: remove `---` and what follows'],
        location,
      )
    }
    if (error.code === 'TAG_RESOLVE_FAILED') {
      return planProblem(
        'unknown-tag',
        `plans know no YAML tags: ${error.message}`,
        ['remove the tag, or put the value into quotes'],
        location,
      )
    }
    return planProblem('not-yaml', `not valid YAML: ${error.message}`, [hint(error.code)], location)
  })
}

/** The first thing to see from there on the line: a caret below the indentation tells nothing. */
function visible(text: string, [start, end]: readonly [number, number]): readonly [number, number] {
  const indentation = /^ *(?=[^\s])/.exec(text.slice(start))?.[0].length ?? 0
  return [start + indentation, Math.max(start + indentation + 1, end)]
}

function hint(code: string): string {
  if (code === 'BAD_INDENT') return 'line the fields of one map up in the same column'
  if (code === 'BLOCK_AS_IMPLICIT_KEY') return 'put a value that contains ": " into quotes'
  if (code === 'BAD_SCALAR_START') return 'put the value into quotes'
  if (code === 'MISSING_CHAR') return 'close the quote or bracket, or add the missing colon'
  return 'correct the syntax at this place'
}

function duplicateKey(source: PlanSource, position: readonly [number, number]): Problem {
  const key = /^("[^"\n]*"|'[^'\n]*'|[^"':\s]+)/.exec(source.text.slice(position[0]))?.[0] ?? ''
  const location = source.at(position[0], position[0] + key.length)
  return planProblem(
    'duplicate-key',
    `\`${key.replace(/^["']|["']$/g, '')}\` stands twice in the same map`,
    ['keep one of the two'],
    location,
  )
}

/** Aliases to nothing, and anchors that contain themselves. */
function unresolvable(source: PlanSource, document: Document): readonly Problem[] {
  if (!source.text.includes('*')) return []
  const problems: Problem[] = []
  visit(document, {
    Alias: (_, alias, ancestors) => {
      const [start, end] = alias.range ?? [0, 1]
      const target = alias.resolve(document)
      if (target === undefined) {
        const next = [`define it before this place with \`&${alias.source}\`, or put the value into quotes`]
        problems.push(
          planProblem('bad-alias', `no anchor \`&${alias.source}\` stands before \`*${alias.source}\``, next, source.at(start, end)),
        )
      } else if (isAlias(target) || ancestors.includes(target)) {
        problems.push(planProblem('bad-alias', `\`&${alias.source}\` contains itself`, ['write the value out'], source.at(start, end)))
      }
    },
  })
  return problems
}
