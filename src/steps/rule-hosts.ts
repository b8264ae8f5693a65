/** Names in the `Host(…)` matchers of a rule, in lower case. */
export function hostsOf(rule: string): readonly string[] {
  return [...rule.matchAll(/\bHost\(([^)]*)\)/g)].flatMap(([, list = '']) =>
    [...list.matchAll(/[`"']([^`"']+)[`"']/g)].map(([, host = '']) => host.toLowerCase()),
  )
}
