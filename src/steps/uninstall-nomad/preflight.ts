import type { Finding } from '../../domain/step-kind.ts'
import { failed, findings, passed, warned } from '../finding.ts'
import { wellNow } from './lives-on.ts'
import type { UninstallContext } from './record.ts'
import { hostOf, nodesOf, serviceOf } from './record.ts'

/** Rights on Nomad and on each host, and that what must live on is well. What still runs is the preview's: it knows what the plan stops first. */
export async function preflightUninstall(context: UninstallContext): Promise<readonly Finding[]> {
  const { hosts, livesOn } = context.spec
  const asked = [
    findings('Nomad', () => nomadRights(context)),
    ...hosts.map(({ host }) => findings(`host ${host}`, () => hostRights(context, host))),
    ...(livesOn?.kubernetesNodes === true ? [findings('Kubernetes', () => kubernetesRights(context))] : []),
    ...(livesOn === undefined ? [] : [findings('what lives on without Nomad', () => livesOnNow(context))]),
  ]
  return (await Promise.all(asked)).flat()
}

async function nomadRights(context: UninstallContext): Promise<readonly Finding[]> {
  const [every, write] = ['the Nomad token sees the jobs of every namespace', 'the Nomad token may drain nodes']
  const rights = await nodesOf(context).rights()
  if (rights === 'unknown')
    return [failed(every, unseen), warned(write, { code: 'nomad-rights-unknown', summary: `${UNKNOWN}`, next: [NODE_WRITE] })]
  return [
    rights.everyNamespace ? passed(every) : failed(every, unseen),
    rights.node === 'write'
      ? passed(write)
      : failed(write, {
          code: 'nomad-right-missing',
          summary: 'the Nomad token may not drain nodes: it needs node:write',
          next: [NODE_WRITE],
          effect: 'no',
        }),
  ]
}

const UNKNOWN = 'Nomad does not let this token see its own rights'
const NODE_WRITE = 'give the token a policy with `node { policy = "write" }`, or set NOMAD_TOKEN to another one'
const unseen = {
  code: 'nomad-namespaces-unseen',
  summary: 'the Nomad token cannot be shown to see every namespace, and a job in one that it does not see would be lost',
  next: ['give the token a policy with `namespace "*" { policy = "read" }`, or set NOMAD_TOKEN to a management token'],
  effect: 'no' as const,
}

async function hostRights(context: UninstallContext, host: string): Promise<readonly Finding[]> {
  const unit = await hostOf(context, host).units.read(serviceOf(context.spec))
  const what = `${unit.name} on ${host} can be stopped and disabled`
  if (unit.load === 'not-found')
    return [
      failed(what, {
        code: 'unit-missing',
        summary: `${host} has no unit ${unit.name}`,
        next: ['name the unit that Nomad runs as: `service:`', `on ${host}: systemctl list-units --type=service`],
        effect: 'no',
      }),
    ]
  if (unit.isRoot) return [passed(what)]
  return [
    failed(what, {
      code: 'host-not-root',
      summary: `stopping ${unit.name} on ${host} needs root, and the plan logs in without becoming it`,
      next: [`set targets.hosts.${host}.become: sudo, or log in as root`],
      effect: 'no',
    }),
  ]
}

async function kubernetesRights({ ports }: UninstallContext): Promise<readonly Finding[]> {
  const [answer] = await ports.kubernetes.access([{ verb: 'list', group: '', resource: 'nodes' }])
  const what = 'may list nodes in the cluster'
  if (answer?.allowed === true) return [passed(what)]
  return [
    failed(what, {
      code: 'kubernetes-right-missing',
      summary: 'the Kubernetes credentials may not list nodes, so livesOn.kubernetesNodes cannot be seen',
      next: ['kubectl auth can-i list nodes', 'give the user this right, or leave out livesOn.kubernetesNodes'],
      effect: 'no',
    }),
  ]
}

async function livesOnNow(context: UninstallContext): Promise<readonly Finding[]> {
  await wellNow(context)
  return [passed('what the plan names as living on without Nomad is well')]
}
