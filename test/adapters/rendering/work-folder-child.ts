/** Works in a folder, says its path, and ends at once as it is told: `exit`, or the name of a signal. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inWorkFolder } from '../../../src/adapters/rendering/work-folder.ts'

void inWorkFolder(async (folder) => {
  writeFileSync(join(folder, 'values.yaml'), 'password: secret')
  const how = process.argv[2] ?? ''
  await new Promise<void>((resolve) => void process.stdout.write(folder, () => resolve()))
  if (how === 'exit') process.exit(3)
  process.kill(process.pid, how)
  await new Promise((resolve) => setTimeout(resolve, 60_000))
})
