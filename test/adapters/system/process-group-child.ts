/** Starts a shell that has started something itself, says both ids, and ends at once as it is told: `exit`, `throw`, or the name of a signal. */
import { spawn } from 'node:child_process'
import { endsWithUs } from '../../../src/adapters/system/process-group.ts'

const child = spawn('sh', ['-c', 'sleep 60 & echo $!; wait'], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
endsWithUs(child)
child.stdout.once('data', (chunk: Buffer) => {
  process.stdout.write(`${child.pid} ${chunk.toString('utf8')}`, () => {
    const how = process.argv[2] ?? ''
    if (how === 'throw') throw new Error('a mistake of ours')
    if (how.startsWith('SIG')) return void process.kill(process.pid, how)
    process.exit(3)
  })
})
