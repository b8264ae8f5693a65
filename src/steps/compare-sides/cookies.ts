/** Cookies that an answer sets, each as its name and attributes: values are secrets of a session and never looked at. */
export type Cookie = { readonly name: string; readonly attributes: string }

/**
 * From `Set-Cookie` headers joined with `, `, as the visitor's port joins them. A comma begins a new cookie where a name and `=` follow, so that
 * those in `Expires=Wed, 21 Oct …` do not (RFC 6265 allows none in a value).
 */
export function cookiesOf(setCookie: string | undefined): readonly Cookie[] {
  if (setCookie === undefined || setCookie.trim() === '') return []
  return setCookie.split(/,\s*(?=[!#$%&'*+.^_`|~0-9A-Za-z-]+=)/).map(cookieOf)
}

function cookieOf(written: string): Cookie {
  const [pair = '', ...attributes] = written.split(';')
  const equals = pair.indexOf('=')
  const name = (equals === -1 ? pair : pair.slice(0, equals)).trim()
  return {
    name,
    attributes: attributes
      .map(attribute)
      .filter((each) => each !== '')
      .toSorted()
      .join('; '),
  }
}

/** Names without regard to case, as browsers read them; when it expires differs from one second to the next, so only whether it does is kept. */
function attribute(written: string): string {
  const [name = '', ...rest] = written.split('=').map((each) => each.trim())
  const value = rest.join('=')
  switch (name.toLowerCase()) {
    case 'expires':
      return 'expires'
    case 'samesite':
      return `samesite=${value.toLowerCase()}`
    case 'domain':
      return `domain=${value.toLowerCase().replace(/^\./, '')}`
    default:
      return value === '' ? name.toLowerCase() : `${name.toLowerCase()}=${value}`
  }
}

/** How the cookies of two answers differ, each a phrase; their order is none. */
export function cookieDifferences(old: readonly Cookie[], fresh: readonly Cookie[]): readonly string[] {
  const names = [...new Set([...old, ...fresh].map((each) => each.name))].toSorted()
  return names.flatMap((name) => {
    const [before, after] = [described(old, name), described(fresh, name)]
    if (before === after) return []
    if (before === '') return [`cookie ${name} is set only by new`]
    if (after === '') return [`cookie ${name} is set only by old`]
    return [`cookie ${name} has ${before} (old) and ${after} (new)`]
  })
}

const described = (cookies: readonly Cookie[], name: string): string =>
  cookies
    .filter((each) => each.name === name)
    .map((each) => (each.attributes === '' ? 'no attributes' : `[${each.attributes}]`))
    .toSorted()
    .join(' and ')
