import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSshd } from '../servers/sshd.ts'
import type { RealSshd } from '../servers/sshd.ts'
import { sshdBinary, title, whySkipped } from '../servers/tools.ts'
import { converge, createBench, isWhole, ORIGINAL, withoutOurs, withOurs } from './harness.ts'
import type { Bench, Equipment } from './harness.ts'

const POINTS = ['received', 'locked', 'recovered', 'prepared', 'checked', 'swapped', 'dropped'] as const
const RENAME_POINTS = ['prepared', 'checked', 'second-name', 'renamed', 'swapped', 'dropped'] as const
const EDITS = ['by_rename', 'in_place', 'by_append', 'like_vim', 'slow_append'] as const
/** With and without a kill right after the edit, or at the next point that is reached. */
const KILLS = { never: ':', 'at once': 'die', later: 'dying=yes' } as const

interface Round {
  readonly name: string
  readonly group: string
  readonly equipment: Equipment
  readonly hook: string
  /** What a human does beside it, at moments of their own. */
  readonly human?: string
  /** One edit only: it must be live at the end, not just kept beside it. */
  readonly mustBeLive: boolean
}

/** Writes our line once under the hook, whatever becomes of that; then until it is there; then takes it out again. */
async function play(bench: Bench, { name, hook, human, mustBeLive }: Round): Promise<void> {
  await bench.setHook(hook)
  const file = await bench.host.readFile(bench.live)
  const atWork = bench.humanDoes(human ?? ':')
  await bench.host.replaceFile(file, Buffer.from(withOurs(ORIGINAL)), 'exchange').catch(() => {})
  const quiet = human === undefined && (await bench.edits()).length === (await bench.begunEdits()).length
  if (quiet) expect(isWhole((await bench.files()).live), `${name}: torn`).toBe(true)
  await bench.setHook(':')
  bench.killAfter(undefined)
  await converge(bench, withOurs)
  await atWork
  const begun = await bench.begunEdits()
  await expect.poll(() => bench.edits(), { interval: 10, timeout: 10_000 }).toHaveLength(begun.length)
  await converge(bench, withOurs)
  await assertNothingLost(bench, name, mustBeLive, withOurs)
  await converge(bench, withoutOurs)
  await assertNothingLost(bench, name, mustBeLive, withoutOurs)
}

async function assertNothingLost(bench: Bench, name: string, mustBeLive: boolean, change: (text: string) => string): Promise<void> {
  const files = await bench.files()
  const edits = await bench.edits()
  const story = `${name}: ${JSON.stringify({ ...files, edits })}`
  expect(isWhole(files.live), story).toBe(true)
  expect(change(files.live), story).toBe(files.live)
  for (const edit of edits) expect(mustBeLive ? files.live : files.live + files.kept, story).toContain(`# ${edit}\n`)
  if (edits.length === 0) expect(files.live, story).toBe(change(ORIGINAL))
  // What a killed write left is cleared away by the next one.
  if (change === withoutOurs) expect(files.left, story).toEqual([])
}

/** An edit at a point, and a kill there, at the next point, or none. */
const once = (equipment: Equipment, point: string, edit: (typeof EDITS)[number], kill: keyof typeof KILLS): Round => ({
  name: `${equipment}: ${edit} at ${point}, killed ${kill}`,
  group: `a host with equipment ${equipment}, an edit ${edit}`,
  equipment,
  hook: `[ -z "\${dying-}" ] || die; if nth 1 ${point}; then ${edit} edit_1; ${KILLS[kill]}; fi`,
  mustBeLive: true,
})

/** A second edit after the first one was exchanged, while it is looked at or given back. */
const twice = (
  first: string,
  second: string,
  one: (typeof EDITS)[number],
  two: (typeof EDITS)[number],
  kill: keyof typeof KILLS,
): Round => ({
  name: `${one} at ${first}, ${two} at ${second}, killed ${kill}`,
  group: `an edit ${one}, then another one`,
  equipment: 'whole',
  hook: `[ -z "\${dying-}" ] || die
if [ "$point" = ${first} ] && [ -z "\${one-}" ]; then one=yes; ${one} edit_1
elif [ "$point" = ${second} ] && [ -n "\${one-}" ] && [ -z "\${two-}" ]; then two=yes; ${two} edit_2; ${KILLS[kill]}; fi`,
  mustBeLive: false,
})

/** Somebody opens our content in the moment it is live, and saves it over the edit that was given back meanwhile. */
const stale = (saved: string): Round => ({
  name: `opened while ours was live, saved at ${saved}`,
  group: 'an edit of a stale view',
  equipment: 'whole',
  hook: `case $point in
  checked) by_rename edit_1 ;;
  looked) opens edit_2; opened=yes ;;
  ${saved}) if [ -n "\${opened-}" ]; then saves edit_2; opened=; fi ;;
esac`,
  mustBeLive: false,
})

const KILL_NAMES = ['never', 'at once', 'later'] as const
const product = <A, B, C>(as: readonly A[], bs: readonly B[], cs: readonly C[]): [A, B, C][] =>
  as.flatMap((a) => bs.flatMap((b) => cs.map((c): [A, B, C] => [a, b, c])))

const POINT_ROUNDS: readonly Round[] = [
  ...product(POINTS, EDITS, KILL_NAMES).map(([point, edit, kill]) => once('whole', point, edit, kill)),
  ...product(RENAME_POINTS, ['by_rename', 'in_place', 'by_append'] as const, ['never', 'at once'] as const).map(([point, edit, kill]) =>
    once('no-exchange', point, edit, kill),
  ),
  ...product(['locked', 'checked', 'swapped', 'dropped'], ['by_rename', 'in_place'] as const, ['never', 'at once'] as const).map(
    ([point, edit, kill]) => once('bare', point, edit, kill),
  ),
  ...product(['checked', 'swapped'], ['by_rename', 'slow_append'] as const, ['never', 'at once'] as const).map(([point, edit, kill]) =>
    once('python3-only', point, edit, kill),
  ),
  ...product(['swapped', 'looked'], EDITS, KILL_NAMES).map(([second, edit, kill]) => twice('checked', second, 'by_rename', edit, kill)),
  ...product(['swapped', 'looked'], ['by_rename', 'in_place'] as const, KILL_NAMES).map(([second, edit, kill]) =>
    twice('checked', second, 'in_place', edit, kill),
  ),
  ...['swapped', 'dropped'].map(stale),
]

/** The human edits at random moments while the script runs, and it is killed at a random moment too. */
const randomRound = (seed: number): Round => {
  // The slow one comes last: a later rename of the human's own would throw its file away.
  const edit = (shift: number): string => EDITS[(seed * 7 + shift) % 4] ?? 'by_rename'
  const last = seed % 4 === 3 ? 'slow_append' : edit(1)
  return {
    name: `random ${seed}`,
    group: 'random',
    equipment: 'whole',
    hook: ':',
    human: `sleep 0.${String((seed * 13) % 12).padStart(2, '0')}; ${edit(0)} edit_1; sleep 0.00${(seed * 29) % 10}; ${edit(3)} edit_2; ${last} edit_3`,
    mustBeLive: false,
  }
}

const skipped = await whySkipped(sshdBinary)
let played = 0
let edited = 0

async function playOn(round: Round, over?: { readonly sshConfig: string }, killAfter?: number): Promise<void> {
  const bench = await createBench(round.equipment, over)
  try {
    bench.killAfter(killAfter)
    await play(bench, round)
    played += 1
    edited += (await bench.edits()).length
  } finally {
    await bench.host.close()
    await bench.remove()
  }
}

/** Rounds by equipment and kind of edit. */
function grouped(rounds: readonly Round[]): [string, Round[]][] {
  const groups = new Map<string, Round[]>()
  for (const round of rounds) groups.set(round.group, [...(groups.get(round.group) ?? []), round])
  return [...groups]
}

/** A few at a time: much of a round is waiting. */
async function playAll(rounds: readonly (() => Promise<void>)[]): Promise<void> {
  const waiting = [...rounds]
  const player = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next()
  }
  await Promise.all([player(), player(), player(), player()])
}

describe('no kill and no human is ever in the way', () => {
  it.each(grouped(POINT_ROUNDS))('%s', (_, rounds) => playAll(rounds.map((round) => () => playOn(round))))

  it('at random moments', () => {
    const killAfter = (seed: number): number | undefined => (seed % 3 === 0 ? undefined : 10 + ((seed * 17) % 90))
    return playAll(Array.from({ length: 100 }, (_, seed) => () => playOn(randomRound(seed), undefined, killAfter(seed))))
  })

  it('was at least 300 rounds and as many edits', () => {
    expect(played).toBeGreaterThanOrEqual(300)
    expect(edited).toBeGreaterThanOrEqual(300)
  })
})

describe('a write in place that is cut short', () => {
  const LONGER = `# a line that goes\n${ORIGINAL}`

  it.each(['prepared', 'checked', 'overwritten', 'written'])(
    'is shown by the next read and put right by the next write: killed at %s',
    async (point) => {
      const bench = await createBench('whole')
      try {
        await writeFile(bench.live, LONGER)
        const file = await bench.host.readFile(bench.live)
        await bench.setHook(`if nth 1 ${point}; then die; fi`)
        await expect(bench.host.replaceFile(file, Buffer.from(ORIGINAL), 'in-place')).rejects.toMatchObject({
          problem: { effect: 'unknown' },
        })
        await bench.setHook(':')
        const found = await bench.host.readFile(bench.live)
        expect(found.unfinished !== undefined).toBe(
          Buffer.from(found.bytes).toString() !== LONGER && Buffer.from(found.bytes).toString() !== ORIGINAL,
        )
        await bench.host.replaceFile(found, found.bytes, 'in-place')
        const settled = await bench.host.readFile(bench.live)
        expect(settled.unfinished).toBeUndefined()
        expect(Buffer.from(settled.bytes).toString()).toBe(point === 'prepared' || point === 'checked' ? LONGER : ORIGINAL)
        expect(await bench.files()).toMatchObject({ left: [], kept: '' })
      } finally {
        await bench.remove()
      }
    },
  )

  it('leaves alone what a human made of it since', async () => {
    const bench = await createBench('whole')
    try {
      await writeFile(bench.live, LONGER)
      await bench.setHook('if nth 1 overwritten; then die; fi')
      await bench.host.replaceFile(await bench.host.readFile(bench.live), Buffer.from(ORIGINAL), 'in-place').catch(() => {})
      await writeFile(bench.live, 'repaired by hand\n')
      await bench.setHook(':')
      const found = await bench.host.readFile(bench.live)
      await bench.host.replaceFile(found, found.bytes, 'in-place')
      expect(await bench.files()).toEqual({ live: 'repaired by hand\n', left: [], kept: '' })
    } finally {
      await bench.remove()
    }
  })
})

describe.skipIf(skipped !== undefined)(title('the same over a real sshd', skipped), () => {
  let sshd: RealSshd
  beforeAll(async () => {
    sshd = await startSshd()
  })
  afterAll(() => sshd?.close())

  it.each(grouped(POINT_ROUNDS.filter((_, index) => index % 9 === 4)))('%s', (_, rounds) =>
    playAll(rounds.map((round) => () => playOn(round, { sshConfig: sshd.sshConfig }))),
  )
})
