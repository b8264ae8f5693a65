/** What a `WWW-Authenticate` header asks for (RFC 9110, 11.6.1): a scheme in lower case and its parameters. */
export interface Challenge {
  readonly scheme: string
  readonly parameters: Readonly<Record<string, string>>
}

const SCHEME = /\s*,?\s*([A-Za-z][\w-]*)(?=\s|,|$)(?!\s*=)/y
const PARAMETER = /\s*,?\s*([A-Za-z][\w-]*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))/y

/** Every challenge of the header, in its order; what is no challenge ends the list. */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: Challenge[] = []
  let at = 0
  const next = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const match = pattern.exec(header)
    if (match !== null) at = pattern.lastIndex
    return match
  }
  for (let scheme = next(SCHEME); scheme !== null; scheme = next(SCHEME)) {
    const parameters: Record<string, string> = {}
    for (let each = next(PARAMETER); each !== null; each = next(PARAMETER)) {
      parameters[(each[1] ?? '').toLowerCase()] = each[2]?.replaceAll(/\\(.)/g, '$1') ?? each[3] ?? ''
    }
    challenges.push({ scheme: (scheme[1] ?? '').toLowerCase(), parameters })
  }
  return challenges
}
