import { chmod, chown, lstat, mkdir, mkdtemp, readFile, readdir, readlink, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createHost } from '../../../src/adapters/ssh/host.ts'
import type { HostPort, RemoteFile } from '../../../src/domain/ports/host.ts'
import { ProblemError } from '../../../src/domain/problem.ts'
import { startSshd } from '../servers/sshd.ts'
import type { RealSshd } from '../servers/sshd.ts'
import { sshdBinary, title, whySkipped } from '../servers/tools.ts'

const skipped = await whySkipped(sshdBinary)
const isRoot = process.getuid?.() === 0
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no problem',
    (error: unknown) => (error instanceof ProblemError ? error.problem.code : `not a problem: ${String(error)}`),
  )

describe.skipIf(skipped !== undefined)(title('a host over a real sshd', skipped), () => {
  let sshd: RealSshd
  let host: HostPort
  let folder: string
  let live: string
  const TEXT = 'http:\n  routers: {}\n'

  beforeAll(async () => {
    sshd = await startSshd()
    host = createHost({ name: 'hestia', ssh: 'hestia', sshConfig: sshd.sshConfig })
  })
  afterAll(async () => {
    await host?.close()
    await sshd?.close()
  })
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'jmc edge-')))
    live = join(folder, 'dynamic_conf.yml')
    await writeFile(live, TEXT, { mode: 0o640 })
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const write = async (text: string, mode: 'exchange' | 'in-place' = 'exchange', file?: RemoteFile) =>
    host.replaceFile(file ?? (await host.readFile(live)), Buffer.from(text), mode)

  it('says who we are there and how names can be exchanged', async () => {
    const found = await host.describe()
    expect(found).toMatchObject({ name: 'hestia', user: userInfo().username, become: undefined })
    expect(found.kernel).toMatch(/^Linux /)
    expect(found.exchange).toMatch(/^(mv|perl|python3)$/)
  })

  it('reads any bytes exactly, with mode, owner and hash', async () => {
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7 + (index >> 8)) % 256))
    await writeFile(live, bytes)
    const file = await host.readFile(live)
    expect(Buffer.compare(file.bytes, bytes)).toBe(0)
    expect(file).toMatchObject({ path: live, resolvedPath: live, mode: '0640', isMountPoint: false, writable: true })
    expect(file.sha256).toBe(await host.hashFile(live))
    expect(file.unfinished).toBeUndefined()
  })

  it('replaces the content and keeps mode, owner and neighbours', async () => {
    if (isRoot) await chown(live, 1234, 4321)
    await writeFile(join(folder, 'dynamic_conf.yml.mine.jmc-migrate.tmp.bak'), 'a neighbour')
    expect(await write('http: 1\n')).toMatchObject({ outcome: 'replaced', by: 'exchange' })
    expect(await readFile(live, 'utf8')).toBe('http: 1\n')
    const after = await stat(live)
    expect(after.mode & 0o7777).toBe(0o640)
    if (isRoot) expect([after.uid, after.gid]).toEqual([1234, 4321])
    expect((await readdir(folder)).sort()).toEqual(['dynamic_conf.yml', 'dynamic_conf.yml.mine.jmc-migrate.tmp.bak'])
  })

  it('follows a symlink and keeps it', async () => {
    await mkdir(join(folder, 'etc'))
    const link = join(folder, 'etc', 'traefik.yml')
    await symlink('../dynamic_conf.yml', link)
    const file = await host.readFile(link)
    expect(file.resolvedPath).toBe(live)
    expect(await host.replaceFile(file, Buffer.from('http: 2\n'), 'exchange')).toMatchObject({ outcome: 'replaced' })
    expect((await lstat(link)).isSymbolicLink()).toBe(true)
    expect(await readlink(link)).toBe('../dynamic_conf.yml')
    expect(await readFile(live, 'utf8')).toBe('http: 2\n')
    // Led elsewhere meanwhile: nothing is written through it.
    await writeFile(join(folder, 'other.yml'), 'http: 2\n')
    const before = await host.readFile(link)
    await rm(link)
    await symlink('../other.yml', link)
    expect(await host.replaceFile(before, Buffer.from('http: 3\n'), 'exchange')).toMatchObject({ outcome: 'changed-meanwhile' })
    expect(await readFile(join(folder, 'other.yml'), 'utf8')).toBe('http: 2\n')
  })

  it('writes into the same inode where the plan says so', async () => {
    const { ino } = await stat(live)
    expect(await write('http:\n  routers: { longer: {} }\n', 'in-place')).toMatchObject({ outcome: 'replaced', by: 'in-place' })
    expect(await write('short\n', 'in-place')).toMatchObject({ outcome: 'replaced', by: 'in-place' })
    expect(await readFile(live, 'utf8')).toBe('short\n')
    expect((await stat(live)).ino).toBe(ino)
    expect(await readdir(folder)).toEqual(['dynamic_conf.yml'])
  })

  it('changes nothing where a human was faster', async () => {
    const file = await host.readFile(live)
    await writeFile(live, 'a human was here\n')
    for (const mode of ['exchange', 'in-place'] as const) {
      const outcome = await write('ours\n', mode, file)
      expect(outcome).toEqual({ outcome: 'changed-meanwhile', found: await host.hashFile(live) })
    }
    expect(await readFile(live, 'utf8')).toBe('a human was here\n')
    expect(await readdir(folder)).toEqual(['dynamic_conf.yml'])
  })

  it('tells missing, a folder and an unfinished path apart', async () => {
    expect(await codeOf(host.readFile(join(folder, 'none.yml')))).toBe('remote-file-missing')
    await symlink('nowhere', join(folder, 'dangling.yml'))
    expect(await codeOf(host.hashFile(join(folder, 'dangling.yml')))).toBe('remote-file-missing')
    expect(await codeOf(host.readFile(folder))).toBe('remote-file-not-regular')
    expect(await codeOf(host.readFile('dynamic_conf.yml'))).toBe('remote-path-invalid')
    const file = await host.readFile(live)
    await rm(live)
    expect(await codeOf(host.replaceFile(file, Buffer.from('x'), 'exchange'))).toBe('remote-file-missing')
    expect(await readdir(folder)).toEqual(['dangling.yml'])
  })

  it.runIf(isRoot)('notices a read-only file system, a full one and a file mounted by itself', async () => {
    const small = join(folder, 'small')
    const file = join(small, 'dynamic_conf.yml')
    await mkdir(small)
    await execa('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', small])
    try {
      await writeFile(file, TEXT)
      const read = await host.readFile(file)
      expect(await codeOf(host.replaceFile(read, Buffer.alloc(200_000, 'x'), 'exchange'))).toBe('remote-no-space')
      expect(await readdir(small)).toEqual(['dynamic_conf.yml'])
      await execa('mount', ['-o', 'remount,ro', small])
      expect((await host.readFile(file)).writable).toBe(false)
      expect(await codeOf(host.replaceFile(read, Buffer.from('x'), 'exchange'))).toBe('remote-read-only')
      await execa('mount', ['-o', 'remount,rw', small])
      await execa('mount', ['--bind', file, live])
      const seenAtTarget = await host.readFile(live)
      const seenAtSource = await host.readFile(file)
      expect([seenAtTarget.isMountPoint, seenAtSource.isMountPoint]).toEqual([true, true])
      expect(await codeOf(host.replaceFile(seenAtTarget, Buffer.from('x'), 'exchange'))).toBe('remote-file-is-mount-point')
      expect(await codeOf(host.replaceFile({ ...seenAtTarget, isMountPoint: false }, Buffer.from('x'), 'exchange'))).toBe(
        'remote-file-is-mount-point',
      )
      expect(await host.replaceFile(seenAtTarget, Buffer.from('x'), 'in-place')).toMatchObject({ outcome: 'replaced' })
      expect(await readFile(file, 'utf8')).toBe('x')
    } finally {
      await execa('umount', [live], { reject: false })
      await execa('umount', [small])
    }
  })

  it.runIf(isRoot)('says an immutable file is one', async () => {
    const marked = await execa('chattr', ['+i', live], { reject: false })
    if (marked.exitCode !== 0) return
    try {
      expect(await codeOf(write('x'))).toBe('remote-file-immutable')
      expect(await readFile(live, 'utf8')).toBe(TEXT)
      expect(await readdir(folder)).toEqual(['dynamic_conf.yml'])
    } finally {
      await execa('chattr', ['-i', live])
    }
  })

  it('waits for the lock of another write, with a bound', async () => {
    await chmod(folder, 0o755)
    const file = await host.readFile(live)
    const holder = execa('flock', [folder, 'sh', '-c', 'echo locked; read -r go'], { reject: false, stdin: 'pipe' })
    await new Promise((resolve) => holder.stdout.once('data', resolve))
    const reading = host.readFile(live)
    const writing = host.replaceFile(file, Buffer.from('ours\n'), 'exchange')
    let early = false
    void Promise.race([reading, writing]).then(() => (early = true))
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect(early).toBe(false)
    holder.stdin.end('go\n')
    expect(await writing).toMatchObject({ outcome: 'replaced' })
    expect([TEXT, 'ours\n']).toContain(Buffer.from((await reading).bytes).toString())
    await holder
  })
})
