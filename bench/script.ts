import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Contender, Moment, Setting } from './contender.ts'
import { startScript } from './start-script.ts'
import { DOORS } from './witness/doors.ts'

const SCRIPT = fileURLToPath(new URL('peer.sh', import.meta.url))

/** peer.sh: kubectl, curl, ssh, jq and yq. */
export const script: Contender = {
  name: 'script',
  prepare: async () => {},
  command: (direction) => (direction === 'run' ? './peer.sh' : './peer.sh rollback'),
  start: (setting, direction) => startScript(setting.world, [SCRIPT, direction], setting.migration.folder, environment(setting)),
  soaks: (_setting, started) => started.says('visitors are on Kubernetes'),
  told: ({ hold }, stdout) =>
    linesOf(stdout).map((line) => ({
      ...line,
      waited: line.what === 'soaked' ? hold : waited(line.what),
    })),
  decided: (stdout) => linesOf(stdout).find(({ what }) => what.startsWith('FAILED'))?.at,
  record: async ({ migration }) => {
    const log = await readFile(migration.path('peer-work/log'), 'utf8').catch(() => '')
    return `peer-work/log ends with: ${linesOf(log).at(-1)?.what ?? 'nothing'}; no command says more`
  },
}

const environment = ({ world, hold, holdInterval }: Setting): Readonly<Record<string, string>> => ({
  NOMAD_ADDR: `http://${DOORS.nomad}`,
  TRAEFIK_API: DOORS.traefik,
  VISITORS: DOORS.visit,
  INGRESS: world.ingress.address,
  EDGE: world.ssh.host,
  SSH_CONFIG: world.ssh.config,
  CA: world.edge.authorityFile,
  HOLD: String(hold / 1000),
  HOLD_INTERVAL: String(holdInterval / 1000),
})

/** What the script waits for on purpose, milliseconds: as the plan does. */
const WAITS: Readonly<Record<string, number>> = {
  'the Ingress answers': 2_000,
  'the router is loaded and wins': 900,
  'visitors are on Kubernetes': 4_000,
  'its allocations have ended': 1_000,
  DONE: 500,
}
const waited = (what: string): number => WAITS[what.split(':')[0] ?? ''] ?? 0

/** `SECONDS.MICROSECONDS text`, one a line. */
function linesOf(stdout: string): readonly Omit<Moment, 'waited'>[] {
  return stdout.split('\n').flatMap((line) => {
    const [, at, what] = /^(\d+\.\d+) (.*)$/.exec(line) ?? []
    return at === undefined || what === undefined ? [] : [{ at: Number(at) * 1000, what }]
  })
}
