import type { Plan } from '../../src/domain/plan.ts'
import type { Ports } from '../../src/domain/ports/index.ts'
import type { StepContext } from '../../src/domain/step-kind.ts'
import { fakeFiles } from '../fakes/ports/files.ts'
import { SITE } from '../fakes/ports/world.ts'

export const PLAN: Plan = {
  name: 'site',
  path: 'plan.yaml',
  text: '',
  site: { url: `https://${SITE}/`, expect: { status: 200, body: 'Hello' } },
  targets: {
    kubernetes: { namespace: 'default' },
    nomad: { namespace: 'shop' },
    hosts: { hestia: { ssh: 'hestia' } },
    edge: { host: 'hestia', dynamicConfig: '/dynamic.yml', api: 'http://127.0.0.1:8080', visitors: '192.0.2.1:443', write: 'exchange' },
  },
  states: ['before', 'after'],
  steps: [],
  singleWriter: false,
}

/** A step's context over these ports; the rest may be overridden. */
export function contextOf<Spec>(ports: Ports, spec: Spec, overrides: Partial<StepContext<Spec>> = {}): StepContext<Spec> {
  return {
    spec,
    step: 'the-step',
    plan: PLAN,
    runId: 'run-12345678',
    ports,
    files: fakeFiles({}),
    resolve: async (template) => template,
    signal: new AbortController().signal,
    progress: () => {},
    standing: [],
    earlier: new Map(),
    undoing: new Set(),
    doors: undefined,
    ...overrides,
  }
}
