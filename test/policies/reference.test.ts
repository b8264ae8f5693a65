import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { generatedPolicyFiles } from '../../src/policies/reference.ts'

test('docs/policies.md is fresh (else: npm run generate)', async () => {
  for (const [file, text] of Object.entries(await generatedPolicyFiles())) expect(await readFile(file, 'utf8'), file).toBe(text)
})
