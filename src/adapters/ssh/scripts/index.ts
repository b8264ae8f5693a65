export { DESCRIBE } from './describe.ts'
export { HOLD } from './hold.ts'
export { HASH_FILE, READ_FILE } from './read-file.ts'
export { REPLACE_FILE } from './replace-file.ts'
