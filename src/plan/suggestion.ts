export { editDistance, nearest } from '../domain/nearest.ts'
