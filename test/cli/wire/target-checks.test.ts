import { expect, it } from 'vitest'
import { readDynamicConfig } from '../../../src/adapters/traefik/dynamic-config.ts'
import { targetChecks } from '../../../src/cli/wire/target-checks.ts'
import type { EdgeRouter } from '../../../src/domain/ports/edge.ts'
import type { Finding } from '../../../src/domain/step-kind.ts'
import { PLAN, portsOf } from './edge-ports.ts'

const FILE = `http:
  routers:
    home:
      rule: "Host(\`new.example.org\`) &&
        PathPrefix(\`/\`)"
      service: new
      middlewares: [auth, oauth@docker]
      entryPoints: [web, websecure]
  services:
    new: { loadBalancer: { servers: [{ url: "http://10.0.0.2" }] } }
`
const HOME: EdgeRouter = {
  name: 'home@file',
  provider: 'file',
  status: 'enabled',
  errors: [],
  rule: 'Host(`new.example.org`) && PathPrefix(`/`)',
  service: 'new@file',
  middlewares: ['of-the-entry-point@file', 'auth@file', 'oauth@docker'],
  entryPoints: ['web', 'websecure'],
  priority: 9,
}

async function edgeFindings(routers: readonly EdgeRouter[], text = FILE): Promise<readonly Finding[]> {
  const config = readDynamicConfig({
    path: '/d.yml',
    resolvedPath: '/d.yml',
    bytes: Buffer.from(text),
    sha256: 'x',
    mode: '0644',
    owner: 'root:root',
    isMountPoint: false,
    writable: true,
  })
  const [check] = targetChecks(PLAN, new Map(), { list: async () => [], read: async () => '' })
  return (await check?.check(portsOf(config, routers)))?.slice(1) ?? []
}

it('a router that Traefik runs as the file has it passes, split over its entry points or not', async () => {
  const pass = [{ what: 'Traefik runs what the file says (1 router)', verdict: 'pass' }]
  expect(await edgeFindings([HOME])).toEqual(pass)
  expect(
    await edgeFindings([
      { ...HOME, entryPoints: ['web'] },
      { ...HOME, entryPoints: ['websecure'] },
    ]),
  ).toEqual(pass)
})

it.each([
  ['none', [], 'home: it is missing in its API'],
  ['another rule', [{ ...HOME, rule: 'Host(`old.example.org`)' }], 'home: its rule is another'],
  ['another service', [{ ...HOME, service: 'old@file' }], 'home: its service is another'],
  ['no middleware', [{ ...HOME, middlewares: ['auth@file'] }], 'home: it has no middleware oauth@docker'],
  ['another entry point', [{ ...HOME, entryPoints: ['web'] }], 'home: it does not listen on websecure'],
])('a Traefik that runs %s does not run the file', async (_what, routers, told) => {
  expect(await edgeFindings(routers)).toEqual([
    {
      what: 'Traefik runs what the file says',
      verdict: 'fail',
      problem: expect.objectContaining({
        code: 'edge-runs-something-else',
        summary: `Traefik does not run what /d.yml says: ${told}`,
      }),
    },
  ])
})

it('a router that is disabled is told with the reason, and bars nobody whose site is well', async () => {
  const [, disabled] = await edgeFindings([{ ...HOME, status: 'disabled', errors: ['boom'] }])
  expect(disabled).toMatchObject({
    verdict: 'warn',
    problem: { code: 'edge-router-disabled', summary: expect.stringContaining('home@file: boom') },
  })
})

it('of a file with templates only the names are said to be there', async () => {
  const text = FILE.replace('new.example.org', '{{ env "NAME" }}')
  expect(await edgeFindings([HOME], text)).toEqual([{ what: 'Traefik has what the file names (1 router)', verdict: 'pass' }])
})
