import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { planFolder } from '../../../src/cli/wire/plan-location.ts'
import { stateFolder } from '../../../src/cli/wire/state-folder.ts'

let root = ''
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'state-folder-')))
  await mkdir(join(root, 'plans'))
  await mkdir(join(root, 'elsewhere'))
  await writeFile(join(root, 'plans/site.yaml'), 'name: other\n')
})
afterEach(() => rm(root, { recursive: true, force: true }))

const at = (...parts: readonly string[]): string => join(root, ...parts)
const folderOf = (plan: string): string => stateFolder({ plan, lab: false })

describe('the state folder', () => {
  it("is named after the plan's file, beside it, apart from the lab's", () => {
    expect(folderOf(at('plans/site.yaml'))).toBe(at('plans/.jmc-migrate/site'))
    expect(stateFolder({ plan: at('plans/site.yaml'), lab: true })).toBe(at('plans/.jmc-migrate/site.lab'))
  })

  it('is the same by whatever links the plan is reached', async () => {
    await symlink('../plans/site.yaml', at('elsewhere/linked.yaml'))
    await symlink('linked.yaml', at('elsewhere/twice.yaml'))
    await symlink('plans', at('folder'))
    for (const plan of ['elsewhere/linked.yaml', 'elsewhere/twice.yaml', 'folder/site.yaml']) {
      expect(folderOf(at(plan))).toBe(at('plans/.jmc-migrate/site'))
      expect(planFolder(at(plan))).toBe(at('plans'))
    }
  })

  it('is found although the plan is gone, also through links', async () => {
    await symlink('../plans/site.yaml', at('elsewhere/linked.yaml'))
    await symlink('plans', at('folder'))
    await rm(at('plans/site.yaml'))
    for (const plan of ['plans/site.yaml', 'elsewhere/linked.yaml', 'folder/site.yaml'])
      expect(folderOf(at(plan))).toBe(at('plans/.jmc-migrate/site'))
  })

  it('of links that lead in a circle is where they lie', async () => {
    await symlink('b.yaml', at('a.yaml'))
    await symlink('a.yaml', at('b.yaml'))
    expect(folderOf(at('a.yaml'))).toBe(at('.jmc-migrate/a'))
  })

  it('may be given itself, or chosen', () => {
    expect(folderOf(at('elsewhere'))).toBe(at('elsewhere'))
    expect(stateFolder({ plan: at('plans/site.yaml'), lab: true, stateDir: at('chosen') })).toBe(at('chosen'))
  })
})
