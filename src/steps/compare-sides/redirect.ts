/** How two redirects differ, as a phrase; undefined where both lead to the same URL, or neither leads anywhere. Relative ones are seen from `url`. */
export function redirectDifference(
  url: string,
  old: string | undefined,
  fresh: string | undefined,
  cut: (text: string) => string,
): string | undefined {
  const [before, after] = [old, fresh].map((location) => (location === undefined ? undefined : absolute(location, url)))
  if ((before === undefined ? undefined : cut(before)) === (after === undefined ? undefined : cut(after))) return undefined
  const [from, to] = [shown(before), shown(after)]
  if (from === to) return `redirects to ${from} on both sides, with another query or fragment`
  return `${from === undefined ? 'no redirect' : `redirects to ${from}`} (old) and ${to === undefined ? 'no redirect' : `to ${to}`} (new)`
}

const absolute = (location: string, url: string): string => (URL.canParse(location, url) ? new URL(location, url).href : location)

/** A query may hold the token of a login: it is compared, not shown. */
function shown(location: string | undefined): string | undefined {
  if (location === undefined || !URL.canParse(location)) return location?.split(/[?#]/)[0]
  const { origin, protocol, pathname, search } = new URL(location)
  return `${origin === 'null' ? protocol : origin}${pathname}${search === '' ? '' : '?…'}`
}
