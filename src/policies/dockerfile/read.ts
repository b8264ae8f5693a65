import type { Instruction } from './instructions.ts'
import { readInstructions } from './instructions.ts'
import { expand, words } from './words.ts'

/** What a Dockerfile says of the image it builds: its last stage, with what that has from stages it builds on. */
export interface Dockerfile {
  /** `FROM` instructions. */
  readonly stages: number
  /** The image below it all; `scratch`, or '' where it is not known. What that brings is not known here. */
  readonly base: string
  /** '' where none is set (root, unless the base says otherwise), or where it hangs on a value of the build that has no default. */
  readonly user: string
  readonly healthCheck: boolean
}

interface Stage {
  readonly name: string
  base: string
  user: string
  healthCheck: boolean
  readonly variables: Map<string, string>
}

/** Reads any text; what is no Dockerfile has no stages. */
export function readDockerfile(text: string): Dockerfile {
  const { escape, all } = readInstructions(text)
  const globals = new Map<string, string>()
  const stages: Stage[] = []
  for (const instruction of all) {
    const stage = stages.at(-1)
    if (instruction.name === 'FROM') stages.push(begin(instruction, stages, globals, escape))
    else if (stage !== undefined) follow(instruction, stage, globals, escape)
    else if (instruction.name === 'ARG') declare(instruction, globals, new Map(), escape)
  }
  const { base = '', user = '', healthCheck = false } = stages.at(-1) ?? {}
  return { stages: stages.length, base, user, healthCheck }
}

/** `FROM [--platform=…] IMAGE [AS NAME]`: an image, or an earlier stage with all that it has set. */
function begin({ rest }: Instruction, stages: readonly Stage[], globals: ReadonlyMap<string, string>, escape: string): Stage {
  const [image = '', as = '', name = ''] = words(rest, escape).filter((word) => !word.startsWith('--'))
  const from = expand(image, globals, escape)
  const named = as.toUpperCase() === 'AS' ? name.toLowerCase() : ''
  const earlier = stages.findLast((stage) => stage.name !== '' && stage.name === from.toLowerCase())
  return earlier === undefined
    ? { name: named, base: from, user: '', healthCheck: false, variables: new Map() }
    : { ...earlier, name: named, variables: new Map(earlier.variables) }
}

function follow(instruction: Instruction, stage: Stage, globals: ReadonlyMap<string, string>, escape: string): void {
  const { name, rest } = instruction
  if (name === 'ARG') declare(instruction, stage.variables, globals, escape)
  if (name === 'ENV') assign(rest, stage.variables, escape)
  if (name === 'USER') stage.user = expand(rest, stage.variables, escape).trim()
  // Options such as `--interval=30s` come first.
  if (name === 'HEALTHCHECK')
    stage.healthCheck =
      words(rest, escape)
        .find((word) => !word.startsWith('--'))
        ?.toUpperCase() === 'CMD'
}

/** `ARG NAME[=default] …`: without a default it is the global one of that name, if any. */
function declare({ rest }: Instruction, variables: Map<string, string>, globals: ReadonlyMap<string, string>, escape: string): void {
  for (const word of words(rest, escape)) {
    const equals = word.indexOf('=')
    const name = equals === -1 ? word : word.slice(0, equals)
    const value = equals === -1 ? globals.get(name) : expand(word.slice(equals + 1), variables, escape)
    if (value !== undefined && !(equals === -1 && variables.has(name))) variables.set(name, value)
  }
}

/** `ENV NAME=value …`, or `ENV NAME value` as it was once written. */
function assign(rest: string, variables: Map<string, string>, escape: string): void {
  const [first = '', ...more] = words(rest, escape)
  const before = new Map(variables)
  if (!first.includes('=')) {
    variables.set(first, more.map((word) => expand(word, before, escape)).join(' '))
    return
  }
  for (const word of [first, ...more]) {
    const equals = word.indexOf('=')
    if (equals > 0) variables.set(word.slice(0, equals), expand(word.slice(equals + 1), before, escape))
  }
}
