import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { diskFiles } from '../../../src/adapters/system/plan-files.ts'
import { temporaryFolder } from '../child.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeEach(async () => {
  folder = await temporaryFolder()
  await mkdir(join(folder.path, 'plans'))
  await mkdir(join(folder.path, 'fixtures/site/nested'), { recursive: true })
  for (const name of ['b.yaml', 'a.yaml', 'nested/c.yaml', 'Z.yaml'])
    await writeFile(join(folder.path, 'fixtures/site', name), `name: ${name}\n`)
})
afterEach(() => folder.remove())

const files = () => diskFiles(join(folder.path, 'plans'))

describe('plan files', () => {
  it('lists below a folder as the plan says it, sorted', async () => {
    const expected = ['../fixtures/site/Z.yaml', '../fixtures/site/a.yaml', '../fixtures/site/b.yaml', '../fixtures/site/nested/c.yaml']
    expect(await files().list('../fixtures/site')).toEqual(expected)
    expect(await files().list('../fixtures/site/')).toEqual(expected)
    expect(await files().list(join(folder.path, 'fixtures/site/nested'))).toEqual([join(folder.path, 'fixtures/site/nested/c.yaml')])
  })

  it('lists one file as itself, and nothing where nothing is', async () => {
    expect(await files().list('../fixtures/site/a.yaml')).toEqual(['../fixtures/site/a.yaml'])
    expect(await files().list('../none')).toEqual([])
    expect(await files().list('../fixtures/site/a.yaml/b')).toEqual([])
  })

  it('leaves out hidden files and what editors leave behind', async () => {
    for (const name of ['.hidden.yaml', 'a.yaml~', '#a.yaml#', '.a.yaml.swp', 'a.yaml.bak', 'a.yaml.orig'])
      await writeFile(join(folder.path, 'fixtures/site', name), '')
    await mkdir(join(folder.path, 'fixtures/site/.git'))
    await writeFile(join(folder.path, 'fixtures/site/.git/config.yaml'), '')
    expect(await files().list('../fixtures/site')).toHaveLength(4)
  })

  describe('of a chart', () => {
    const chart = async (ignore: string | undefined, ...names: readonly string[]) => {
      const root = join(folder.path, 'fixtures/chart')
      for (const name of ['Chart.yaml', ...names]) {
        await mkdir(dirname(join(root, name)), { recursive: true })
        await writeFile(join(root, name), '')
      }
      if (ignore !== undefined) await writeFile(join(root, '.helmignore'), ignore)
      return (await files().list('../fixtures/chart')).map((path) => path.slice('../fixtures/chart/'.length))
    }

    it('lists hidden files and backups: a template may ask for them', async () => {
      expect(await chart(undefined, 'files/.htpasswd', 'files/site.conf.orig', 'files/a.bak', 'files/b.tmp')).toEqual([
        'Chart.yaml',
        'files/.htpasswd',
        'files/a.bak',
        'files/b.tmp',
        'files/site.conf.orig',
      ])
    })

    it('leaves out what its .helmignore names, and keeps that', async () => {
      expect(await chart('.*\n*.bak\nci/\n', '.hidden', 'a.bak', 'ci/values.yaml', 'docs/ci', 'templates/a.yaml')).toEqual([
        '.helmignore',
        'Chart.yaml',
        'docs/ci',
        'templates/a.yaml',
      ])
    })

    it('keeps Chart.yaml whatever its .helmignore names: helm says what is wrong', async () => {
      expect(await chart('*\n', 'a.txt')).toEqual(['.helmignore', 'Chart.yaml'])
    })

    it('leaves out a linked folder by a pattern for folders', async () => {
      await mkdir(join(folder.path, 'elsewhere'))
      await writeFile(join(folder.path, 'elsewhere/x.yaml'), '')
      await mkdir(join(folder.path, 'fixtures/chart'))
      await symlink('../../elsewhere', join(folder.path, 'fixtures/chart/ci'))
      expect(await chart('ci/\n')).toEqual(['.helmignore', 'Chart.yaml'])
    })

    it('has nothing of version control, desktops and open editors', async () => {
      expect(await chart(undefined, '.git/config', '.DS_Store', '.values.yaml.swp', '.#values.yaml', 'values.yaml~')).toEqual([
        'Chart.yaml',
      ])
    })
  })

  it('lists every file of a kustomization, which may refer to any', async () => {
    const root = join(folder.path, 'fixtures/kustomized')
    await mkdir(join(root, 'overlay'), { recursive: true })
    for (const name of ['.git', '.terraform', '.jmc-migrate/site/runs/0001']) await mkdir(join(root, name), { recursive: true })
    for (const name of [
      '.env',
      'base.conf.orig',
      'overlay/kustomization.yaml',
      '.git/kustomization.yaml',
      '.jmc-migrate/site/runs/0001/journal.jsonl',
      '.terraform/plugin.bin',
    ])
      await writeFile(join(root, name), '')
    expect(await files().list('../fixtures/kustomized')).toEqual([
      '../fixtures/kustomized/.env',
      '../fixtures/kustomized/base.conf.orig',
      '../fixtures/kustomized/overlay/kustomization.yaml',
    ])
  })

  it.each(['state/', ''])('lists nothing of the runs that are kept in its folder, wherever that was told to be: "%s"', async (state) => {
    const root = join(folder.path, `fixtures/keeping-${state === '' ? 'here' : 'below'}`)
    // The first one was tidied away.
    for (const name of ['runs/0002/blobs', 'lock', 'world']) await mkdir(join(root, state, name), { recursive: true })
    const kept = ['.gitignore', 'lock/1', 'world/kubernetes.json', 'runs/0002/journal.jsonl', 'runs/0002/blobs/aa'].map(
      (name) => state + name,
    )
    for (const name of ['kustomization.yaml', 'a.yaml', ...kept]) await writeFile(join(root, name), '')
    const path = `../fixtures/${basename(root)}`
    expect(await files().list(path)).toEqual([`${path}/a.yaml`, `${path}/kustomization.yaml`])
  })

  it('lists a folder of the plan that is called as ours is', async () => {
    const root = join(folder.path, 'fixtures/runs-of-its-own')
    await mkdir(join(root, 'runs'), { recursive: true })
    for (const name of ['kustomization.yaml', 'runs/job.yaml']) await writeFile(join(root, name), '')
    expect(await files().list('../fixtures/runs-of-its-own')).toHaveLength(2)
  })

  it('reads what it lists', async () => {
    expect(await files().read('../fixtures/site/nested/c.yaml')).toBe('name: nested/c.yaml\n')
  })

  it('follows links, twice to the same folder too', async () => {
    await mkdir(join(folder.path, 'shared'))
    await writeFile(join(folder.path, 'shared/s.yaml'), '')
    await symlink('../../shared', join(folder.path, 'fixtures/site/one'))
    await symlink('../../shared/s.yaml', join(folder.path, 'fixtures/site/two.yaml'))
    await symlink('../../shared', join(folder.path, 'fixtures/site/three'))
    const found = await files().list('../fixtures/site')
    expect(found).toEqual(
      expect.arrayContaining(['../fixtures/site/one/s.yaml', '../fixtures/site/two.yaml', '../fixtures/site/three/s.yaml']),
    )
  })

  it.each([
    ['to a folder above', '..', '../fixtures/site/loop/site leads back to'],
    ['to itself', 'loop', 'ELOOP'],
  ])('refuses a link %s', async (_what, target, words) => {
    await symlink(target, join(folder.path, 'fixtures/site/loop'))
    await expect(files().list('../fixtures/site')).rejects.toMatchObject({
      problem: { code: 'link-loop', summary: expect.stringContaining(words) },
    })
  })

  it('refuses a link to nothing inside a folder: leaving it out would deploy less than the plan says', async () => {
    await symlink('gone.yaml', join(folder.path, 'fixtures/site/dangling.yaml'))
    await expect(files().list('../fixtures/site')).rejects.toMatchObject({ problem: { code: 'no-such-file' } })
  })

  it('says which file is missing, and which is no text', async () => {
    await expect(files().read('../fixtures/none.yaml')).rejects.toMatchObject({
      problem: { code: 'no-such-file', summary: expect.stringContaining('../fixtures/none.yaml') },
    })
    await expect(files().read('../fixtures')).rejects.toMatchObject({ problem: { code: 'no-such-file' } })
    await writeFile(join(folder.path, 'plans/latin1.yaml'), Buffer.from([0x67, 0xfc, 0x6e]))
    await expect(files().read('latin1.yaml')).rejects.toMatchObject({ problem: { code: 'not-utf-8' } })
  })
})
