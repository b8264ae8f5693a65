import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { problemOf } from './problem.ts'
import type { ContractWorld } from './world.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const bytes = (text: string): Uint8Array => Buffer.from(text)

/** What every read and write of the edge's file relies on (facts: SSH 1 to 6). */
export function hostContract(world: () => ContractWorld): void {
  const port = () => world().host.port

  describe('the host', () => {
    it('says who we are there, and that names can be exchanged', async () => {
      expect(await port().describe()).toMatchObject({
        user: 'deploy',
        exchange: expect.stringMatching(/^(mv|perl|python3)$/),
        kernel: expect.stringMatching(/^Linux /),
      })
    })

    it('gives a file whole, with its hash, mode and place', async () => {
      const text = `a line\nwith ünicode\tand no end ${'x'.repeat(100_000)}`
      const path = await world().host.put('whole.yml', text)
      await world().host.chmod('whole.yml', 0o640)
      const file = await port().readFile(path)
      expect(Buffer.from(file.bytes).toString()).toBe(text)
      expect(file).toMatchObject({ path, resolvedPath: path, sha256: sha256(text), mode: '0640', isMountPoint: false, writable: true })
      expect(await port().hashFile(path)).toBe(sha256(text))
    })

    it('tells what is wrong with a path', async () => {
      const missing = `${world().host.folder}/nosuch.yml`
      expect(await problemOf(port().readFile(missing))).toMatchObject({ code: 'remote-file-missing', effect: 'no' })
      expect(await problemOf(port().hashFile(missing))).toMatchObject({ code: 'remote-file-missing', effect: 'no' })
      expect(await problemOf(port().readFile(world().host.folder))).toMatchObject({ code: 'remote-file-not-regular', effect: 'no' })
      expect(await problemOf(port().readFile(`${missing}/below/it`))).toMatchObject({ code: 'remote-file-missing', effect: 'no' })
    })

    it('exchanges the names, and leaves nothing beside', async () => {
      const path = await world().host.put('exchanged.yml', 'before\n')
      await world().host.chmod('exchanged.yml', 0o604)
      const file = await port().readFile(path)
      const names = await world().host.names()
      expect(await port().replaceFile(file, bytes('after\n'), 'exchange')).toEqual({
        outcome: 'replaced',
        sha256: sha256('after\n'),
        by: 'exchange',
      })
      expect(await port().readFile(path)).toMatchObject({ sha256: sha256('after\n'), mode: '0604', owner: file.owner })
      expect(await world().host.names()).toEqual(names)
    })

    it('refuses where the content is not what was read, and leaves what is there', async () => {
      const path = await world().host.put('edited.yml', 'before\n')
      const file = await port().readFile(path)
      await world().host.put('edited.yml', 'a person was faster\n')
      for (const mode of ['exchange', 'in-place'] as const)
        expect(await port().replaceFile(file, bytes('ours\n'), mode)).toEqual({
          outcome: 'changed-meanwhile',
          found: sha256('a person was faster\n'),
        })
      expect(await world().host.read('edited.yml')).toBe('a person was faster\n')
    })

    it('keeps a symlink, and changes what it leads to', async () => {
      const target = await world().host.put('target.yml', 'before\n')
      const path = await world().host.link('link.yml', 'target.yml')
      const file = await port().readFile(path)
      expect(file).toMatchObject({ path, resolvedPath: target })
      expect(await port().replaceFile(file, bytes('after\n'), 'exchange')).toMatchObject({ outcome: 'replaced' })
      expect(await port().readFile(path)).toMatchObject({ resolvedPath: target, sha256: sha256('after\n') })
      expect(await world().host.read('target.yml')).toBe('after\n')
    })

    it('writes into the same file where it is told to', async () => {
      const path = await world().host.put('in-place.yml', 'a long line before\n')
      const file = await port().readFile(path)
      expect(await port().replaceFile(file, bytes('short\n'), 'in-place')).toMatchObject({ outcome: 'replaced', by: 'in-place' })
      expect(await world().host.read('in-place.yml')).toBe('short\n')
    })

    it('changes nothing where nothing differs', async () => {
      const path = await world().host.put('same.yml', 'same\n')
      expect(await port().replaceFile(await port().readFile(path), bytes('same\n'), 'exchange')).toMatchObject({
        outcome: 'replaced',
        sha256: sha256('same\n'),
      })
    })
  })

  describe('a tunnel', () => {
    it('comes out on the host, and one to where nobody listens is a connection that ends', async () => {
      const { visitor, nobody } = world().http
      const api = await port().tunnel({ host: '127.0.0.1', port: 8080 })
      expect(await visitor.ask({ url: 'http://127.0.0.1:8080/api/version', socketPath: api.socketPath })).toMatchObject({
        ok: true,
        status: 200,
      })
      await api.close()
      const dead = await port().tunnel({ host: '127.0.0.1', port: Number(nobody.split(':')[1]) })
      // ssh accepts here before it asks there: a refused connection looks like one that was dropped.
      expect(await visitor.ask({ url: 'http://127.0.0.1/', socketPath: dead.socketPath })).toMatchObject({ ok: false, failure: 'reset' })
      await dead.close()
    })
  })
}

/** Only where the host has users of its own: the lab's does everything as whoever runs the tests, who may do it. */
export function hostUsersContract(world: () => ContractWorld): void {
  const port = () => world().host.port

  describe('the host, to a user with few rights', () => {
    it('keeps to what we may do there', async () => {
      const unreadable = await world().host.put('unreadable.yml', 'secret\n')
      await world().host.chmod('unreadable.yml', 0)
      expect(await problemOf(port().readFile(unreadable))).toMatchObject({ code: 'remote-file-unreadable', effect: 'no' })
      const fixed = await world().host.put('fixed.yml', 'fixed\n')
      await world().host.chmod('fixed.yml', 0o444)
      const file = await port().readFile(fixed)
      expect(file.writable).toBe(false)
      expect(await problemOf(port().replaceFile(file, bytes('ours\n'), 'exchange'))).toMatchObject({
        code: 'remote-file-not-writable',
        effect: 'no',
      })
      expect(await world().host.read('fixed.yml')).toBe('fixed\n')
    })
  })
}
