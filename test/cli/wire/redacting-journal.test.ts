import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openJournal } from '../../../src/adapters/journal/journal.ts'
import { JOURNAL_FILE, readJournal } from '../../../src/adapters/journal/read-journal.ts'
import { createSecrets } from '../../../src/adapters/secrets/secrets.ts'
import { redactingJournal, withoutSecrets } from '../../../src/cli/wire/redacting-journal.ts'
import type { Problem } from '../../../src/domain/problem.ts'
import type { GateProgress, JournalRecord } from '../../../src/domain/records.ts'
import { createSelfAdvancingClock } from '../../fakes/clock.ts'

const SECRET = 'correct-horse-battery'
const folders: string[] = []
afterEach(async () => void (await Promise.all(folders.splice(0).map((each) => rm(each, { recursive: true })))))

const PROGRESS: GateProgress = {
  phase: 'failed',
  successesInARow: 0,
  observations: 1,
  passed: 0,
  failed: 1,
  inconclusive: 0,
  observedHoldMs: 0,
  unobservedMs: 0,
}
const PROBLEM: Problem = {
  code: 'broke',
  summary: `it broke with ${SECRET}`,
  details: [`log: ${SECRET}`],
  attempted: `log in with ${SECRET}`,
  cause: `refused ${SECRET}`,
  next: [`try ${SECRET}`],
  effect: 'unknown',
}
const WHERE = { step: 'deploy', direction: 'apply' } as const

/** Each kind of record that holds text of a server or of a problem. */
const TELLING: readonly JournalRecord[] = [
  { type: 'effect-failed', ...WHERE, problem: PROBLEM },
  { type: 'settled', ...WHERE, settlement: { status: 'partial', reason: `1 of 2: ${SECRET}` } },
  { type: 'gate-passed', step: 'deploy', gate: 'own', progress: PROGRESS, reason: SECRET },
  {
    type: 'gate-failed',
    step: 'deploy',
    gate: 'own',
    progress: PROGRESS,
    verdict: 'fail',
    reason: SECRET,
    evidence: [`pod log: ${SECRET}`],
  },
  { type: 'step-undone', step: 'deploy', verified: SECRET },
  { type: 'rollback-started', to: 'nomad-only', cause: 'automatic', reason: SECRET, evidence: [SECRET] },
  { type: 'paused', reason: SECRET, evidence: [SECRET], next: [SECRET] },
  { type: 'stuck', step: 'deploy', problem: PROBLEM, manual: [SECRET] },
  { type: 'watch-tripped', reason: SECRET, evidence: [SECRET] },
  { type: 'relief-started', step: 'deploy', affected: SECRET, reason: SECRET, evidence: [SECRET] },
  { type: 'relieved', step: 'deploy', verified: SECRET, evidence: [SECRET] },
  { type: 'relief-ended', step: 'deploy', seen: SECRET },
  { type: 'preflight-passed', findings: 1, warnings: [SECRET] },
]

describe('the journal of a process that has resolved a secret', () => {
  const written = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'journal-'))
    folders.push(folder)
    const secrets = createSecrets({ env: { TOKEN: SECRET }, baseDirectory: folder })
    await secrets.resolve('${env:TOKEN}', 'targets.nomad.token')
    const journal = redactingJournal(await openJournal(folder, { clock: createSelfAdvancingClock() }), (text) => secrets.redact(text))
    const blob = await journal.putBlob(Buffer.from(SECRET))
    for (const record of TELLING) await journal.append(record)
    return { folder, journal, blob }
  }

  it('does not hold it, in none of its records', async () => {
    const { folder, journal } = await written()
    const text = await readFile(join(folder, JOURNAL_FILE), 'utf8')
    expect(text.match(/\n/g)).toHaveLength(TELLING.length)
    expect(text).not.toContain(SECRET)
    expect(text).toContain('pod log: ')
    expect(JSON.stringify(journal.entries)).not.toContain(SECRET)
    await journal.close()
  })

  it('is whole: its chain is over what was written', async () => {
    const { folder, journal } = await written()
    await journal.close()
    const read = await readJournal(folder)
    expect(read?.entries.map(({ record }) => record.type)).toEqual(TELLING.map(({ type }) => type))
  })

  it('keeps the bytes that an undo needs', async () => {
    const { journal, blob } = await written()
    expect(Buffer.from(await journal.getBlob(blob)).toString()).toBe(SECRET)
    await journal.close()
  })
})

describe('what the tool reads again', () => {
  const shout = (text: string): string => text.toUpperCase()

  it('is left as it is, even where a secret is such a word', () => {
    const kept: readonly JournalRecord[] = [
      { type: 'note', ...WHERE, note: { did: 'created', uid: 'abcd' } },
      { type: 'step-done', step: 'deploy' },
      { type: 'state-reached', state: 'both-running', step: 'deploy' },
      { type: 'settled', ...WHERE, settlement: { status: 'done' } },
      { type: 'bundle-written', step: 'stop', path: 'some/where', sha256: 'ab', files: ['job.json'] },
      {
        type: 'intent',
        ...WHERE,
        undoRecord: { sha256: 'ab', size: 1 },
        changes: [],
        basis: [{ name: 'the file', sha256: 'cd' }],
      },
      { type: 'process-attached', pid: 1, host: 'here', user: 'me', command: 'run', goal: 'k8s-only' },
    ]
    for (const record of kept) expect(withoutSecrets(record, shout)).toEqual(record)
  })

  it('of a problem and of a rollback: their codes and causes', () => {
    const failed = withoutSecrets({ type: 'effect-failed', ...WHERE, problem: { ...PROBLEM, cause: 'why' } }, shout)
    expect(failed).toMatchObject({ problem: { code: 'broke', effect: 'unknown', cause: 'WHY' } })
    const back = withoutSecrets({ type: 'rollback-started', to: 'nomad-only', cause: 'automatic', reason: 'why', evidence: [] }, shout)
    expect(back).toMatchObject({ to: 'nomad-only', cause: 'automatic', reason: 'WHY' })
  })
})
