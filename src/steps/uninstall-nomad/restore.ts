import type { RestoreFile } from '../../domain/step-kind.ts'
import type { HostRecord, UninstallRecord } from './record.ts'
import { startsAtBoot } from './record.ts'

/** For each host its unit as it was, and how a person brings the agent back: nothing of Nomad's files or state is deleted. */
export function restoreFilesOf({ hosts }: UninstallRecord): readonly RestoreFile[] {
  const text = (content: string): Uint8Array => new TextEncoder().encode(content)
  return hosts.flatMap((each) => {
    const folder = `hosts/${each.host}`
    const { host, unit, file, active, enabled, process: _, content: __, ...rest } = each
    const facts = { host, unit, file, active, enabled, configuration: configurationOf(each), ...rest }
    return [
      { path: `${folder}/${unit}`, bytes: text(each.content), use: `${bringBack(each)}   # on ${host}, as root${afterwards(each)}` },
      { path: `${folder}/nomad.json`, bytes: text(`${JSON.stringify(facts, null, 2)}\n`), use: configurationUse(each) },
    ]
  })
}

function bringBack({ unit, active, enabled }: HostRecord): string {
  if (startsAtBoot(enabled)) return `systemctl enable ${active ? '--now ' : ''}${unit}`
  return active ? `systemctl start ${unit}` : `systemctl cat ${unit}`
}

const afterwards = ({ node }: HostRecord): string =>
  node?.eligible === true ? `; then, once Nomad answers: nomad node eligibility -enable ${node.id}` : ''

const configurationUse = (host: HostRecord): string => {
  const paths = configurationOf(host)
  return `how the agent of ${host.host} ran${paths.length === 0 ? '' : `; its configuration stays on the host: ${paths.join(', ')}`}`
}

/** Paths after `-config` in the agent's command: `-config=PATH`, `--config PATH`. */
export function configurationOf({ command }: Pick<HostRecord, 'command'>): readonly string[] {
  return command.flatMap((word, index) => {
    const [, told] = /^--?config(?:=(.*))?$/.exec(word) ?? [undefined, undefined]
    if (!/^--?config(=|$)/.test(word)) return []
    const path = told ?? command[index + 1]
    return path === undefined ? [] : [path]
  })
}
