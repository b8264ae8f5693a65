import { createNomad } from '../../../src/adapters/nomad/client.ts'
import type { LabContext, LabNomad } from '../../../src/lab/contract.ts'
import { handlerDispatcher } from '../../../src/lab/http.ts'
import { createLabNomad, initialNomadWorld } from '../../../src/lab/nomad/index.ts'
import { sleeper } from '../nomad/jobs.ts'
import { OTHER_NAMESPACE, POLICIES, STRANGERS_TOKEN } from '../nomad-users.ts'
import { askRaw } from '../raw.ts'
import type { NomadSide, NomadUser } from '../world.ts'

const ADDRESS = 'http://nomad.lab'
const SECRETS: Readonly<Record<NomadUser, string>> = {
  management: 'm',
  reader: 'r',
  deployer: 'd',
  nobody: '',
  stranger: STRANGERS_TOKEN,
}
const READ = ['list-jobs', 'read-job', 'list-scaling-policies', 'read-scaling-policy', 'read-job-scaling']
const GRANTS = { reader: READ, deployer: ['read-job', 'list-jobs', 'register-job', 'deregister-job'] } as const

interface LabNomadSide {
  readonly lab: LabNomad
  readonly side: NomadSide
  close(): Promise<void>
}

export function labNomadSide(context: LabContext): LabNomadSide {
  const names = ['reader', 'deployer'] as const
  const world = initialNomadWorld({
    jobs: [],
    application: { body: '<p>nomad</p>' },
    token: SECRETS.management,
    tokens: names.map((name) => ({ accessor: `accessor-${name}`, secret: SECRETS[name], name, type: 'client', policies: [name] })),
    policies: names.map((name) => ({ name, rules: POLICIES[name], grants: [{ namespace: 'default', capabilities: GRANTS[name] }] })),
    namespaces: [OTHER_NAMESPACE],
  })
  const lab = createLabNomad(world, context)
  const dispatcher = handlerDispatcher(lab.handler)
  const tokenOf = (user: NomadUser): string => SECRETS[user]
  const side: NomadSide = {
    as: (user, namespace = 'default') =>
      createNomad({ address: ADDRESS, token: tokenOf(user), namespace, clock: context.clock, dispatcher }),
    ask: (method, path, user = 'management', body) =>
      askRaw(dispatcher, `${ADDRESS}${path}`, { method, body, headers: tokenOf(user) === '' ? {} : { 'x-nomad-token': tokenOf(user) } }),
    website: (id, tags) => sleeper(id, { Services: [{ Name: id, PortLabel: 'http', Provider: 'consul', Tags: [...tags] }] }),
  }
  return { lab, side, close: () => dispatcher.close() }
}
