import { join } from 'node:path'

/**
 * The user's environment without the variables that would steer helm and kubectl elsewhere, and with homes of their own below `folder`: the user's
 * plugins, repositories and caches are out of reach, and what they print is in one language and without colours.
 */
export function ownHomes(
  env: Readonly<Record<string, string | undefined>>,
  steering: RegExp,
  folder: string,
): Readonly<Record<string, string>> {
  const kept = Object.entries(env).flatMap(([name, value]) => (value === undefined || steering.test(name) ? [] : [[name, value] as const]))
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    NO_COLOR: '1',
    HELM_CACHE_HOME: join(folder, 'helm-cache'),
    HELM_CONFIG_HOME: join(folder, 'helm-config'),
    HELM_DATA_HOME: join(folder, 'helm-data'),
    HELM_PLUGINS: join(folder, 'helm-plugins'),
    KUBECACHEDIR: join(folder, 'kube-cache'),
  }
}
