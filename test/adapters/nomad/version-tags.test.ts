import { describe, expect, it } from 'vitest'
import { answering, JMC, problemOf, stage, text } from './stage.ts'

describe('version tags', () => {
  it('are set, set again and removed', async () => {
    const { nomad } = stage()
    expect(await nomad.tagVersion(JMC, 0, 'jmc-migrate', 'before')).toBe('tagged')
    expect(await nomad.tagVersion(JMC, 0, 'jmc-migrate', 'again')).toBe('tagged')
    expect((await nomad.job(JMC))?.raw['VersionTag']).toMatchObject({ Name: 'jmc-migrate', Description: 'again' })
    await nomad.untagVersion(JMC, 'jmc-migrate')
    expect((await nomad.job(JMC))?.raw['VersionTag']).toBeNull()
    await nomad.untagVersion(JMC, 'jmc-migrate')
  })

  it('are not supported before 1.9, which takes the path for a job’s name', async () => {
    expect(await answering(() => text(400, 'Job must be specified')).tagVersion(JMC, 0, 't', '')).toBe('unsupported')
    expect(await answering(() => text(404, 'invalid job tag endpoint')).tagVersion('a/b', 0, 't', '')).toBe('unsupported')
    expect(await answering(() => text(405, 'Invalid method')).tagVersion(JMC, 0, 't', '')).toBe('unsupported')
  })

  it('say so when the version is gone or another has the tag', async () => {
    const { nomad } = stage()
    await expect(nomad.tagVersion(JMC, 9, 'jmc-migrate', '')).rejects.toMatchObject(problemOf('nomad-version-missing'))
    await nomad.tagVersion(JMC, 0, 'jmc-migrate', '')
    await nomad.stop(JMC)
    await expect(nomad.tagVersion(JMC, 1, 'jmc-migrate', '')).rejects.toMatchObject(problemOf('nomad-tag-taken'))
  })
})
