/** The words of a line as a shell splits it; quotes and escapes stay in them. An open quote goes on to the end. */
export function words(line: string, escape: string): readonly string[] {
  const found: string[] = []
  let word = ''
  let quote = ''
  for (let at = 0; at < line.length; at++) {
    const character = line[at] ?? ''
    if (character === escape && quote !== "'") {
      word += character + (line[++at] ?? '')
    } else if (quote === '' && /\s/.test(character)) {
      if (word !== '') found.push(word)
      word = ''
    } else {
      if (quote === '' && (character === '"' || character === "'")) quote = character
      else if (character === quote) quote = ''
      word += character
    }
  }
  return word === '' ? found : [...found, word]
}

/** What a word means: quotes and escapes taken away, `$NAME`, `${NAME}`, `${NAME:-other}` and `${NAME:+other}` filled in; unknown is ''. */
export function expand(word: string, variables: ReadonlyMap<string, string>, escape: string): string {
  let text = ''
  let quote = ''
  for (let at = 0; at < word.length; at++) {
    const character = word[at] ?? ''
    if (character === escape && quote !== "'") text += word[++at] ?? ''
    else if (character === quote) quote = ''
    else if (quote === '' && (character === '"' || character === "'")) quote = character
    else if (character === '$' && quote !== "'") {
      VARIABLE.lastIndex = at
      const match = VARIABLE.exec(word)
      if (match === null) text += character
      else at = VARIABLE.lastIndex - 1
      if (match !== null) text += valueOf(match, variables)
    } else text += character
  }
  return text
}

const VARIABLE = /\$(?:(\w+)|\{(\w+)(?!\w)(?:(:?[-+])([^{}]*)|[^{}]*)?\})/y

function valueOf([, plain, braced = '', operator, other = '']: RegExpExecArray, variables: ReadonlyMap<string, string>): string {
  if (plain !== undefined) return variables.get(plain) ?? ''
  const value = variables.get(braced)
  const isThere = operator?.startsWith(':') === true ? (value ?? '') !== '' : value !== undefined
  if (operator?.endsWith('+') === true) return isThere ? other : ''
  if (operator?.endsWith('-') === true) return isThere ? (value ?? '') : other
  return value ?? ''
}
