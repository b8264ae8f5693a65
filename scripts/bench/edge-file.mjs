import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { pathToFileURL } from 'node:url'

const FIXTURE = 'fixtures/jayne-martin-counselling/edge/dynamic_conf.yml'
const PATH = '/mnt/docker/traefik/traefik/dynamic_conf.yml'
const ROUTERS = 10_000
const ROUNDS = 5

const OURS = {
  'k8s-jmc': {
    rule: 'Host(`www.jaynemartincounselling.co.uk`)',
    service: 'to-k8s-traefik',
    entryPoints: ['websecure'],
    priority: 1_000,
    tls: {},
  },
}

/** Reading and editing a dynamic file of 10,000 routers in memory: our router in, and out again to the very same bytes. */
export async function edgeFile({ folder, modules }) {
  const { readDynamicConfig, editDynamicConfig } = await import(pathToFileURL(join(modules, 'dynamic-config.cjs')).href)
  const original = grown(await readFile(join(folder, FIXTURE), 'utf8'))
  const adding = []
  const removing = []
  for (let round = 0; round < ROUNDS; round += 1) {
    // Fresh bytes each time: what was understood once is not read again.
    const before = remoteFile(Buffer.from(original))
    const added = timed(adding, () => editDynamicConfig(readDynamicConfig(before), { add: { routers: OURS } }))
    const after = remoteFile(Buffer.from(added.bytes))
    const removed = timed(removing, () => editDynamicConfig(readDynamicConfig(after), { remove: { routers: Object.keys(OURS) } }))
    if (after.bytes.equals(original)) throw new Error('the router was not added')
    if (!Buffer.from(removed.bytes).equals(original)) throw new Error('the bytes after adding and removing are not the bytes before')
  }
  const what = `${ROUTERS.toLocaleString('en-GB')} routers`
  return {
    rows: [
      { what: `${what}: read and add ours, cold`, measured: adding[0], limit: 200, unit: 'ms' },
      { what: `${what}: read and add ours, warm`, measured: median(adding.slice(1)), limit: 200, unit: 'ms' },
      { what: `${what}: read and remove ours, cold`, measured: removing[0], limit: 200, unit: 'ms' },
      { what: `${what}: read and remove ours, warm`, measured: median(removing.slice(1)), limit: 200, unit: 'ms' },
    ],
    notes: [
      `${what} (${(original.length / 1e6).toFixed(1)} MB): the bytes came back in each of ${ROUNDS} rounds; cold is the first edit of the process, warm the median of the others`,
    ],
  }
}

/** The fixture with other people's routers below its own, until there are enough. */
function grown(text) {
  const { before, after } = split(text)
  const own = (text.match(/^ +rule:/gm) ?? []).length
  const more = Array.from({ length: ROUTERS - own }, (_, index) => router(index, before.indentation))
  return Buffer.from(`${before.text}${more.join('')}${after}`)
}

/** Where the names of routers begin, and how deep they stand. */
function split(text) {
  const found = /^( *)routers:[^\n]*\n(?:\s*#[^\n]*\n|\s*\n)*( +)/m.exec(text)
  if (!found) throw new Error(`${FIXTURE} has no routers`)
  const at = found.index + found[0].length - found[2].length
  return { before: { text: text.slice(0, at), indentation: found[2] }, after: text.slice(at) }
}

function router(index, indentation) {
  const field = `${indentation}  `
  return [
    `${indentation}# The site of customer ${index}.`,
    `${indentation}site-${index}:`,
    `${field}rule: Host(\`site-${index}.example.org\`)${index % 7 === 0 ? ' && PathPrefix(`/shop`)' : ''}`,
    `${field}entryPoints: [websecure]`,
    `${field}service: to-k8s-traefik`,
    `${field}tls: {}`,
    '',
  ].join('\n')
}

const remoteFile = (bytes) => ({
  path: PATH,
  resolvedPath: PATH,
  bytes,
  sha256: createHash('sha256').update(bytes).digest('hex'),
  mode: '644',
  owner: 'root:root',
  isMountPoint: false,
  writable: true,
})

function timed(times, work) {
  const startedAt = performance.now()
  const result = work()
  times.push(performance.now() - startedAt)
  return result
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
