import { expect, it } from 'vitest'
import { whyNoWorld } from './tools/possible.ts'

it('says why no world can be started, and in CI fails instead', async () => {
  expect(await whyNoWorld({ platform: 'linux', uid: 1000, ci: false })).toMatch(/only root/)
  expect(await whyNoWorld({ platform: 'darwin', uid: 0, ci: false })).toMatch(/this is darwin/)
  await expect(whyNoWorld({ platform: 'linux', uid: 1000, ci: true })).rejects.toThrow(/cannot be started here: only root/)
})
