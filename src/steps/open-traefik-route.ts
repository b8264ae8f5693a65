import { z } from 'zod'
import { combine } from '../domain/observation.ts'
import type { DynamicConfig, DynamicConfigEdit } from '../domain/ports/index.ts'
import type { Problem } from '../domain/problem.ts'
import { ProblemError } from '../domain/problem.ts'
import type { ActingStepKind } from '../domain/step-kind.ts'
import { visitSite } from '../domain/visit-site.ts'
import { name } from './fields.ts'
import { routeFields, routeFindings } from './switch-traefik-route.ts'
import { AFTER_EDGE_WRITE } from './switch-traefik-route/after-write.ts'
import { editFile } from './switch-traefik-route/apply.ts'
import { takeRead } from './switch-traefik-route/just-read.ts'
import { originalFile } from './switch-traefik-route/record.ts'
import { hostProblems, hostsOf } from './rule-hosts.ts'
import { sideDoors } from './open-traefik-route/doors.ts'
import { observeDoor, observeDoors, observeServices } from './open-traefik-route/observe.ts'
import { previewOpen } from './open-traefik-route/preview.ts'
import type { OpenContext, OpenRecord, OpenSpec } from './open-traefik-route/record.ts'
import { NOTHING } from './open-traefik-route/record.ts'
import { changeBetween, doorsOf, holds } from './open-traefik-route/route-set.ts'
import { routerName } from './open-traefik-route/router-name.ts'
import { settleBetween } from './open-traefik-route/settle-between.ts'
import { undoOpen } from './open-traefik-route/undo.ts'

const spec: z.ZodType<OpenSpec> = z.strictObject({
  ...routeFields,
  sticky: z
    .strictObject({
      cookie: z
        .string()
        .regex(/^[A-Za-z0-9_-]+$/, 'letters, digits, _ and -')
        .describe('Name of the cookie'),
      secure: z.boolean().optional().describe('Send it over TLS only'),
      httpOnly: z.boolean().optional().describe('Keep it from scripts'),
    })
    .optional()
    .describe('A visitor stays with the side of their first answer while the route is shared'),
  leaves: z
    .array(routerName())
    .optional()
    .describe('Routers that lead to the same job and are not moved; every other one is found and moves in the same writes'),
  moves: z
    .record(
      routerName(),
      z.strictObject({
        router: z
          .string()
          .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'a router name without provider')
          .optional()
          .describe('Name of our router for it'),
        middlewares: z.array(name('Name of a middleware')).optional().describe('Middlewares instead of the inherited ones'),
      }),
    )
    .optional()
    .describe('What is different for a router that moves along, by its name, NAME@PROVIDER'),
})

function roomBelow({ priority }: OpenSpec): readonly Problem[] {
  if (priority === undefined || priority >= LEAST_PRIORITY) return []
  const summary = `\`priority\` ${priority} leaves no room for the router right below ours that catches visitors when the old side goes`
  return [{ code: 'priority-too-low', summary, next: [`set it to ${LEAST_PRIORITY} or more, or leave it out`], effect: 'no' }]
}

/** Traefik takes 0 for "none given", and one below ours is the net's. */
const LEAST_PRIORITY = 2

export const openTraefikRoute: ActingStepKind<OpenSpec, OpenRecord, never> = {
  nature: 'acts',
  kind: 'open-traefik-route',
  summary: 'Opens a way for our own requests alone, with a secret header, through the real edge to each side; visitors stay where they are',
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
      { do: 'prove', side: 'new' },
      { do: 'prove', side: 'old' },
    ],
    back: [],
  }),
  doors: () => 'opens',
  openDoors: (_context, record) => sideDoors(record),
  check: (own, plan) => [...hostProblems(own, plan), ...roomBelow(own)],
  hosts: async ({ rule }) => hostsOf(rule).map((host) => ({ host, where: `rule ${rule}` })),
  preflight: (context) =>
    routeFindings(context, `a way for our own requests can be opened beside ${context.spec.replaces}`, () => previewOpen(context)),
  defaultGate: () => AFTER_EDGE_WRITE,
  preview: previewOpen,
  apply,
  settle: (context, record) =>
    settleBetween(context, NOTHING, doorsOf(record), `the doors of this run in ${record.file.path} are no longer what it wrote`),
  verify: async (context, record) =>
    combine([await observeDoors(context, record), ...(await observeServices(context, doorsOf(record))), await visitSite(context, 'old')]),
  undo: undoOpen,
  standing: (context, record) => [
    {
      about: 'traefik-route',
      side: 'new',
      what: 'the new side answers through the edge',
      observe: () => observeDoor(context, record, 'new'),
    },
    { about: 'old-side', side: 'old', what: 'the old side answers through the edge', observe: () => observeDoor(context, record, 'old') },
  ],
  restoreFiles: async (_context, record) => [
    {
      path: 'edge/dynamic_conf.before.yml',
      bytes: originalFile(record).bytes,
      use: `${record.file.path} as it was before this run wrote anything into it (sha256 ${record.file.sha256})`,
    },
  ],
}

async function apply(context: OpenContext, record: OpenRecord): Promise<void> {
  const { edge } = context.ports
  const doors = doorsOf(record)
  const edit = (config: DynamicConfig): DynamicConfigEdit | undefined => {
    if (holds(edge, config, doors, [])) return undefined
    if (!holds(edge, config, NOTHING, [doors])) throw new ProblemError(taken(record))
    return edge.edit(config, changeBetween(NOTHING, doors))
  }
  await editFile(context, edit, takeRead(record))
}

const taken = (record: OpenRecord) => ({
  code: 'router-name-taken',
  summary: `${record.file.path} already holds a router under the name of a door of this run, with other content`,
  next: [`remove ${Object.keys(doorsOf(record).routers).join(' and ')} from http.routers by hand, if nobody needs them`],
  effect: 'no' as const,
})
