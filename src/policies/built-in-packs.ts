import type { PolicyPack } from '../domain/policy.ts'
import { packTexts } from './pack-texts.ts'
import { readPolicyPack } from './read-pack.ts'

let once: Promise<readonly PolicyPack[]> | undefined

/** The packs that come with the package (`policies/*.yaml`), read and compiled once. */
export const builtInPacks = (): Promise<readonly PolicyPack[]> => (once ??= readAll())

async function readAll(): Promise<readonly PolicyPack[]> {
  const texts = Object.entries(await packTexts())
  return Promise.all(texts.map(([file, text]) => readPolicyPack(file, text)))
}
