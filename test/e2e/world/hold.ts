import { FAST, DEFAULTS } from './settings.ts'
import { startWorld } from './world.ts'

// `npm run world [-- --defaults] [-- --metrics]`: a world to look at, until Ctrl-C or the end of stdin.
const words = process.argv.slice(2)
const world = await startWorld({ ...(words.includes('--defaults') ? DEFAULTS : FAST), metrics: words.includes('--metrics') })
const lines = [
  ...Object.entries(world.environment).map(([name, value]) => `export ${name}='${value}'`),
  `export WORLD_FOLDER='${world.folder}' WORLD_PID='${world.pid}' EDGE_CA='${world.edge.authorityFile}' SSH_CONFIG='${world.ssh.config}'`,
  `export WORLD_ENTER='nsenter --target ${world.pid} --net --'`,
  `# up after ${Math.max(...Object.values(world.timings))} ms: ${JSON.stringify(world.timings)}`,
]
process.stdout.write(`${lines.join('\n')}\n`)
const over = new Promise<void>((resolve) => {
  process.once('SIGINT', () => resolve()).once('SIGTERM', () => resolve())
  process.stdin.once('end', () => resolve()).resume()
})
await over
await world.stop()
process.exit()
