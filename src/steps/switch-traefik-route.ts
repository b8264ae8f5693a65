import { z } from 'zod'
import type { Json } from '../domain/json.ts'
import { look } from '../domain/look.ts'
import type { Plan } from '../domain/plan.ts'
import type { Problem } from '../domain/problem.ts'
import type { ActingStepKind, Finding, StepContext } from '../domain/step-kind.ts'
import { ALL_ON_NEW } from '../domain/visitors.ts'
import { name } from './fields.ts'
import { failed, findings, passed } from './finding.ts'
import { hostProblems, hostsOf } from './rule-hosts.ts'
import { settling } from './settling.ts'
import { AFTER_EDGE_WRITE } from './switch-traefik-route/after-write.ts'
import { applySwitch, settleSwitch } from './switch-traefik-route/apply.ts'
import { lookAtOldSide, oldSideObservation } from './switch-traefik-route/old-side.ts'
import { previewSwitch } from './switch-traefik-route/preview.ts'
import { originalFile } from './switch-traefik-route/record.ts'
import type { SwitchContext, SwitchNote, SwitchRecord, SwitchSpec } from './switch-traefik-route/record.ts'
import { observeUnmoved } from './switch-traefik-route/unmoved.ts'
import { undoSwitch } from './switch-traefik-route/undo.ts'
import { observeRoute, verifySwitch } from './switch-traefik-route/verify.ts'

/** A route of the edge's dynamic file, as plans say it. */
export const routeFields = {
  router: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'a router name without provider, such as k8s-jmc')
    .describe("Name of the router to write into the edge's dynamic file"),
  rule: z.string().min(1).describe("Traefik's rule, such as Host(`www.example.org`)"),
  service: name('Service that leads to the new side, of the dynamic file unless it says NAME@PROVIDER'),
  entryPoints: z.array(name('Name of an entry point')).min(1).describe("Entry points of the edge's Traefik to listen on"),
  replaces: z
    .string()
    .regex(/^[^@\s]+@[^@\s]+$/, 'NAME@PROVIDER, such as jmc@consulcatalog')
    .describe('Router that serves the old side now, NAME@PROVIDER; its tls and middlewares are inherited'),
  priority: z
    .int()
    .min(1)
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .describe('Priority; above every router that can match the host unless told'),
  middlewares: z.array(name('Name of a middleware')).optional().describe('Middlewares instead of the inherited ones'),
  tls: z.record(z.string(), z.unknown()).optional().describe('TLS settings instead of the inherited ones') as z.ZodType<Json | undefined>,
}

const spec: z.ZodType<SwitchSpec> = z.strictObject(routeFields)

export const switchTraefikRoute: ActingStepKind<SwitchSpec, SwitchRecord, SwitchNote> = {
  nature: 'acts',
  kind: 'switch-traefik-route',
  summary: "Writes a router into the edge's dynamic file that takes the site's visitors over to the new side",
  spec,
  example: {
    router: 'k8s-jmc',
    rule: 'Host(`www.example.org`)',
    service: 'to-k8s-traefik',
    entryPoints: ['websecure'],
    replaces: 'jmc@consulcatalog',
  },
  targets: ['edge'],
  traffic: () => ({
    forward: [
      { do: 'route-add', to: 'new' },
      { do: 'route-remove', from: 'old' },
    ],
    back: [
      { do: 'prove', side: 'old' },
      { do: 'route-add', to: 'old' },
      { do: 'route-remove', from: 'new' },
    ],
  }),
  check: (own, plan) => [...hostProblems(own, plan), ...notBesidePortions(own, plan)],
  hosts: async ({ rule }) => hostsOf(rule).map((host) => ({ host, where: `rule ${rule}` })),
  preflight,
  defaultGate: () => AFTER_EDGE_WRITE,
  previewsAlone: true,
  preview: previewSwitch,
  apply: applySwitch,
  settle: (context, record) => settling(() => settleSwitch(context, record)),
  verify: verifySwitch,
  undo: undoSwitch,
  standing: (context, record) => [
    {
      about: 'traefik-route',
      side: 'new',
      what: `router ${record.name}@file wins`,
      share: ALL_ON_NEW,
      observe: () => observeRoute(context, record),
    },
    {
      about: 'old-side',
      side: 'old',
      what: `the old side (${record.replaced.name}) can still answer`,
      observe: () => look('the old side', async () => oldSideObservation(await lookAtOldSide(context, record)), 'old'),
    },
  ],
  unmoved: (context) => look('the routers of the edge', () => observeUnmoved(context, context.spec)),
  restoreFiles: async (_context, record) => [
    {
      path: 'edge/dynamic_conf.before.yml',
      bytes: originalFile(record).bytes,
      use: `${record.file.path} as it was before router ${record.name} was written (sha256 ${record.file.sha256})`,
    },
  ],
}

/** A route that another step opened is shared out by portions: a second router of the same visitors would only stand in its way. */
function notBesidePortions(own: SwitchSpec, { steps }: Pick<Plan, 'steps'>): readonly Problem[] {
  const before = steps.slice(
    0,
    steps.findIndex((each) => each.spec === own),
  )
  const opening = before.findLast((each) => each.kind === 'open-traefik-route')
  if (opening === undefined) return []
  return [
    {
      code: 'route-is-open',
      summary: `step ${opening.id} has opened the route, to be handed over in portions`,
      next: [
        'write `shift-traefik-route: { send: 100% }` here instead: every visitor to Kubernetes',
        `or remove \`${opening.id}\` and its portions`,
      ],
      effect: 'no',
    },
  ]
}

/** The whole decision, taken once in advance, and whether the file can be written at all. */
function preflight(context: SwitchContext): Promise<readonly Finding[]> {
  return routeFindings(context, `router ${context.spec.router} can take over from ${context.spec.replaces}`, () => previewSwitch(context))
}

/** What `decide` rejects with, or that it could be decided; and whether the file can be written. */
export function routeFindings(context: StepContext<unknown>, what: string, decide: () => Promise<unknown>): Promise<readonly Finding[]> {
  return findings("the edge's routes", async () => {
    const { edge } = context.ports
    // Asked at the same time; what forbids the route is told first.
    const asking = [decide(), edge.read(), edge.describe()] as const
    await Promise.allSettled(asking)
    await asking[0]
    const [{ file }, { write }] = [await asking[1], await asking[2]]
    const writable = `${file.path} can be written`
    if (!file.writable) return [passed(what), failed(writable, notWritable(context, file.path))]
    if (file.isMountPoint && write === 'exchange') return [passed(what), failed(writable, mounted(file.path))]
    return [passed(what), passed(writable)]
  })
}

const notWritable = ({ plan }: StepContext<unknown>, path: string) => ({
  code: 'edge-file-not-writable',
  summary: `${path} on ${plan.targets.edge?.host ?? 'the edge'} cannot be written by the user that we log in as`,
  next: ['give the host `become: sudo`, or the user the right to write the file and its folder'],
})

const mounted = (path: string) => ({
  code: 'edge-file-is-a-mount',
  summary: `${path} is itself a mount point: Traefik would never see another file put in its place`,
  next: [
    'mount the folder instead of the file',
    'or set `write: in-place` for the edge, which can show Traefik a half-written file for a moment',
  ],
})
