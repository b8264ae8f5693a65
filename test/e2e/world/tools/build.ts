import { buildTools } from './build-tools.ts'

// `npm run world:build`: what the project `e2e` would do first, alone.
const tools = await buildTools((line) => process.stderr.write(`${line}\n`))
process.stdout.write(`${JSON.stringify(tools, null, 2)}\n`)
