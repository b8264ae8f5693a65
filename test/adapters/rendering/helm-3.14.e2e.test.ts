import { describe } from 'vitest'
import { buildTools, tool } from '../../e2e/world/tools/build-tools.ts'
import { title, whyNoWorld } from '../../e2e/world/tools/possible.ts'
import { describeHelm } from './real-helm.ts'

const reason = await whyNoWorld()

describe.skipIf(reason !== undefined)(title('rendering', reason), () =>
  describeHelm('with the oldest helm that we take', async () => tool(await buildTools(), 'helm-3.14')),
)
