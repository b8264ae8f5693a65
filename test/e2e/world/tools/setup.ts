import { buildTools } from './build-tools.ts'
import { installMissing, whyNoWorld } from './possible.ts'

/** Once before all files of the project `e2e`: what takes minutes is built here, and said; the tests find it in the cache. */
export default async function setup(): Promise<void> {
  await installMissing()
  if ((await whyNoWorld()) === undefined) await buildTools((line) => process.stderr.write(`${line}\n`))
}
