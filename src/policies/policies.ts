/** The door of this floor: rules as data, read, asked, and told as problems. */
export { builtInPacks } from './built-in-packs.ts'
export { evaluatePolicies } from './evaluate.ts'
export { readPolicyPack } from './read-pack.ts'
export { reportProblems } from './report-problems.ts'
