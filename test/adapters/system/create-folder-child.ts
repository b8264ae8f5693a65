import { createFolder } from '../../../src/adapters/system/durable-file.ts'

/** Prints the errno with which a folder could not be made. */
const said = await createFolder(process.argv[2] ?? '').then(String, (error: unknown) =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error),
)
console.log(said)
