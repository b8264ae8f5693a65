/** What the user named on the command line: enough to name it again. */
export interface Named {
  readonly plan: string
  readonly lab: boolean
  readonly stateDir?: string
}

/** `jmc-migrate status plans/site.yaml --lab`, to be typed as it is. */
export function commandLine(command: 'run' | 'rollback' | 'status', named: Named, ...more: readonly string[]): string {
  return ['jmc-migrate', command, planArguments(named), ...more.map(quoted)].join(' ')
}

/** What follows the command: `plans/site.yaml --lab`. */
export const planArguments = ({ plan, lab, stateDir }: Named): string =>
  [plan, ...(lab ? ['--lab'] : []), ...(stateDir === undefined ? [] : ['--state-dir', stateDir])].map(quoted).join(' ')

/** A word as a POSIX shell takes it. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)
