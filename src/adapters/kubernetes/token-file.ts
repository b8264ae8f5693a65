import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { parse } from 'yaml'
import { asString, itemsOf, objectAt } from './json-reading.ts'

/**
 * Path of the file that holds a user's token, which may be rotated at any time. client-node knows it only as `token-file`; the kubeconfig
 * calls it `tokenFile` (client-go, `AuthInfo`), relative to the kubeconfig. Of several files the first that has the user counts.
 */
export async function tokenFileOf(kubeconfigs: readonly string[], user: string): Promise<string | undefined> {
  for (const path of kubeconfigs) {
    const config: unknown = parse(await readFile(path, 'utf8'))
    const found = itemsOf(objectAt(config)?.['users']).find((each) => each['name'] === user)
    if (found === undefined) continue
    const file = asString(objectAt(found, 'user')?.['tokenFile'])
    return file === undefined ? undefined : resolve(dirname(path), file)
  }
  return undefined
}

/** The token as it is now. */
export const readToken = async (path: string): Promise<string> => (await readFile(path, 'utf8')).trim()
