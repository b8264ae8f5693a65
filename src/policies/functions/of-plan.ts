import type { Json } from '../../domain/json.ts'
import { autoscalers, utilizations } from './autoscalers.ts'
import { expectedKeys, expectedObjects, secretEntriesInFiles } from './expectations.ts'
import { mayRunPods } from './identity.ts'
import { planLiterals } from './plan-literals.ts'
import { probed } from './probes.ts'
import { ingressTls } from './ingresses.ts'
import { parts } from './parts.ts'
import { resolvedReferences } from './references.ts'
import type { Register } from './register.ts'
import { remembered } from './remembered.ts'
import { selectedServices } from './services.ts'
import { planTopology } from './topology.ts'
import type { ValueMap } from './value.ts'
import { listOf, mapOf, textOf } from './value.ts'
import { singleWriters } from './writers.ts'

/** What a function computes of all objects of a plan. */
export type OfPlan = (objects: readonly Json[], plan: ValueMap) => readonly object[]

/** Registers `name(objects, plan)`, computed once for all rules that ask. */
export function registerOfPlan(register: Register, name: string, gives: string, compute: OfPlan): void {
  const once = remembered(compute)
  register(`${name}(list<dyn>, dyn): list<dyn>`, gives, (objects = null, plan = null) => once(listOf(objects), mapOf(plan)))
}

/** Functions about all of a plan's objects: each gives a list whose members say which object and field they are about. */
export function registerPlanFunctions(register: Register): void {
  const ofPlan = (name: string, gives: string, compute: OfPlan): void => registerOfPlan(register, name, gives, compute)
  ofPlan('references', 'ConfigMaps, Secrets and claims that workloads name: kind, name, key, optional, found, keyFound', resolvedReferences)
  ofPlan('autoscalers', 'HorizontalPodAutoscalers: target, found, setsReplicas, rivals, min, max', autoscalers)
  ofPlan('utilizations', 'Their metrics in percent: resource, percent, target, without (containers that request none of it)', utilizations)
  ofPlan('singleWriters', 'Workloads that must be alone: because, replicas, recreates, autoscalers, others', (objects, plan) =>
    singleWriters(objects, plan.singleWriter === true),
  )
  registerServices(ofPlan)
  ofPlan('expectedKeys', 'Keys that `expects.keys` names: key, found (the object), set (the key)', (objects, plan) =>
    expectedKeys(objects, plan.expects),
  )
  ofPlan('expectedObjects', 'Objects that `expects` names: field, found', (objects, plan) => expectedObjects(objects, plan.expects))
  ofPlan('secretEntriesInFiles', 'Entries of Secrets that stand in files: key, open (it looks like a secret)', (objects, plan) =>
    secretEntriesInFiles(objects, plan.literalSteps),
  )
  register(
    'planLiterals(dyn): list<dyn>',
    'Values that stand in the plan: step, where (the field), secret (it looks like one)',
    (plan = null) => planLiterals(plan),
  )
  register(
    'probed(dyn, list<dyn>, dyn, string): list<dyn>',
    'Containers of an object of which a probe is to be expected: name, set, visited (they list ports, or a Service selects their pods)',
    (object = null, objects = null, plan = null, probe = '') => probed(object, planTopology(listOf(objects), mapOf(plan)), textOf(probe)),
  )
  register('at(list<dyn>, string): list<dyn>', 'The same members, about another field of their objects', (list = null, path = '') =>
    listOf(list).map((member) => ({ ...mapOf(member), path: textOf(path) })),
  )
}

function registerServices(ofPlan: (name: string, gives: string, compute: OfPlan) => void): void {
  ofPlan(
    'services',
    'Services that select pods: workloads, sure (no object of the plan may run pods that nobody sees)',
    (objects, plan) => {
      const sure = !objects.some(mayRunPods)
      return selectedServices(planTopology(objects, plan)).map((service) => ({ ...service, sure }))
    },
  )
  ofPlan(
    'servicePorts',
    'Their ports: type, port, target, nodePort, workloads, found, rivals',
    (objects, plan) => planTopology(objects, plan).services,
  )
  ofPlan(
    'ingressPaths',
    'Paths of Ingresses: host, route, service, port, serviceFound, portFound, rivals',
    (objects, plan) => planTopology(objects, plan).paths,
  )
  ofPlan('ingressTls', 'TLS entries of Ingresses: secret, found, complete', ingressTls)
  ofPlan('visitedParts', 'Services that visitors need: part (pages, api), reached', (objects, plan) => parts(planTopology(objects, plan)))
}
