/** What the user named on the command line: enough to name it again. */
export interface Named {
  readonly plan: string
  readonly lab: boolean
  readonly stateDir?: string
}

/** `jmc-migrate status plans/site.yaml --lab`, to be typed as it is. */
export function commandLine(command: 'run' | 'rollback' | 'status', named: Named, ...more: readonly string[]): string {
  const parts = [
    'jmc-migrate',
    command,
    named.plan,
    ...(named.lab ? ['--lab'] : []),
    ...(named.stateDir === undefined ? [] : ['--state-dir', named.stateDir]),
    ...more,
  ]
  return parts.map(quoted).join(' ')
}

/** A word as a POSIX shell takes it. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)
