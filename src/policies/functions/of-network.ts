import type { Json } from '../../domain/json.ts'
import { flowMatrix } from './network/flow-matrix.ts'
import { serviceCalls } from './network/calls.ts'
import { registerOfPlan } from './of-plan.ts'
import type { OfPlan } from './of-plan.ts'
import type { Register } from './register.ts'
import { remembered } from './remembered.ts'
import { planTopology } from './topology.ts'
import type { ValueMap } from './value.ts'

/** Functions about who talks to whom. */
export function registerNetworkFunctions(register: Register): void {
  const ofPlan = (name: string, gives: string, compute: OfPlan): void => registerOfPlan(register, name, gives, compute)
  ofPlan(
    'serviceCalls',
    'Settings that address a Service: key, service, port (0: any), exists (the Service), found (the port)',
    (objects, plan) => serviceCalls(planTopology(objects, plan)),
  )
  ofPlan('neededFlows', 'Connections that the objects imply: from, to, port, protocol, because, allowed', (objects, plan) =>
    matrix(objects, plan).needed.filter(({ certain }) => certain),
  )
  ofPlan(
    'permittedFlows',
    'What NetworkPolicies permit: from, to, port (0: every port), asked',
    (objects, plan) => matrix(objects, plan).permitted,
  )
  ofPlan(
    'podSides',
    'Workloads and directions of a plan with NetworkPolicies: direction, isolated',
    (objects, plan) => matrix(objects, plan).sides,
  )
  ofPlan('policyReaches', 'NetworkPolicies: selects (workloads)', (objects, plan) => matrix(objects, plan).policies)
}

/** Computed once for all rules. */
const matrix = remembered((objects: readonly Json[], plan: ValueMap) => flowMatrix(planTopology(objects, plan)))
