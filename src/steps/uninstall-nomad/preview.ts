import type { Change, Preview } from '../../domain/change.ts'
import { canonicalJson } from '../../domain/json.ts'
import { recorded } from '../recorded.ts'
import { findAgents } from './hosts.ts'
import { wellNow } from './lives-on.ts'
import type { HostRecord, UninstallContext, UninstallRecord } from './record.ts'
import { startsAtBoot } from './record.ts'
import { refuseWhileAnythingRuns } from './running.ts'

export async function previewUninstall(context: UninstallContext, predicted: readonly Change[]): Promise<Preview<UninstallRecord>> {
  await refuseWhileAnythingRuns(context, predicted)
  const { hosts, staying } = await findAgents(context)
  const well = await wellNow(context)
  return {
    changes: [...hosts.flatMap(drainOf), ...hosts.flatMap(stopOf)],
    undoRecord: recorded<UninstallRecord>({ hosts, well }),
    basis: hosts.map((each) => ({ name: `Nomad's agent on ${each.host}`, value: basisOf(each) })),
    warnings: [
      ...hosts.filter(({ enabled }) => enabled === 'static' || enabled === 'indirect').map(startedByOthers),
      ...(staying.length > 0 ? [`Nomad stays on hosts that the plan does not name: ${staying.join(', ')}`] : []),
    ],
  }
}

function drainOf({ node, active }: HostRecord): readonly Change[] {
  if (node === null || !node.eligible || !active) return []
  const change = { system: 'nomad', object: `node ${node.name}`, action: 'update' } as const
  return [{ ...change, before: { scheduling: 'eligible' }, after: { scheduling: 'ineligible', allocations: 0 } }]
}

function stopOf({ host, unit, active, enabled, server, node }: HostRecord): readonly Change[] {
  if (!active && !startsAtBoot(enabled)) return []
  const roles = [...(server ? ['server'] : []), ...(node === null ? [] : ['client'])]
  return [
    {
      system: 'systemd',
      object: `${unit} on ${host}`,
      action: 'stop',
      before: { state: active ? 'active' : 'inactive', boot: enabled, ...(roles.length > 0 && { agent: roles.join(' and ') }) },
      after: { state: 'inactive', boot: startsAtBoot(enabled) ? 'disabled' : enabled },
    },
  ]
}

const basisOf = ({ unit, active, enabled, content, node, server }: HostRecord): string =>
  canonicalJson({ unit, active, enabled, content, node: node?.id ?? null, server })

const startedByOthers = ({ host, unit, enabled }: HostRecord): string =>
  `${unit} on ${host} is ${enabled}: it has no switch of its own for boot, so another unit may start it again`
