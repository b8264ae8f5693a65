// catalog.mjs NOMAD TOKEN PORT - the two endpoints of a Consul catalog that Traefik's consulCatalog provider asks, answered from Nomad's own
// list of services; and who leads. Like Consul it goes on answering what it knew last while Nomad does not answer.
import { createServer } from 'node:http'

const [nomad, token, port] = process.argv.slice(2)
const NOMAD_TIMEOUT_MS = 500

const ask = async (path) => {
  const answer = await fetch(nomad + path, { headers: { 'X-Nomad-Token': token }, signal: AbortSignal.timeout(NOMAD_TIMEOUT_MS) })
  if (!answer.ok) throw new Error(`Nomad answered ${answer.status} to ${path}`)
  return answer.json()
}

let known = []
async function registrations() {
  try {
    const names = (await ask('/v1/services?namespace=*')).flatMap(({ Namespace, Services }) =>
      Services.map(({ ServiceName }) => `/v1/service/${encodeURIComponent(ServiceName)}?namespace=${encodeURIComponent(Namespace)}`),
    )
    known = (await Promise.all(names.map(ask))).flat()
  } catch (error) {
    console.error('what was known is answered:', error)
  }
  return known
}

const asConsul = (each) => ({
  Node: { Node: each.NodeID, Address: each.Address, Datacenter: each.Datacenter },
  Service: { ID: each.ID, Service: each.ServiceName, Tags: each.Tags ?? [], Address: each.Address, Port: each.Port, Meta: {} },
  Checks: [{ Status: 'passing', ServiceName: each.ServiceName }],
})

/** The body for a path; undefined where Consul would have more to say than we know. */
async function answer({ pathname, searchParams }) {
  if (pathname === '/v1/status/leader') return '127.0.0.1:8300'
  const all = await registrations()
  if (pathname === '/v1/catalog/services') {
    const tags = (name) => [...new Set(all.filter((each) => each.ServiceName === name).flatMap((each) => each.Tags ?? []))]
    return Object.fromEntries(all.map(({ ServiceName }) => [ServiceName, tags(ServiceName)]))
  }
  const name = /^\/v1\/health\/service\/(.+)$/.exec(pathname)?.[1]
  const tag = searchParams.get('tag')
  if (name !== undefined)
    return all
      .filter((each) => each.ServiceName === decodeURIComponent(name) && (tag === null || (each.Tags ?? []).includes(tag)))
      .map(asConsul)
  return undefined
}

createServer(async (request, response) => {
  const body = await answer(new URL(request.url, 'http://catalog'))
  response.writeHead(body === undefined ? 501 : 200, { 'content-type': 'application/json', 'x-consul-index': String(Date.now()) })
  response.end(JSON.stringify(body ?? { error: 'only the catalog, health and leader endpoints exist here' }))
}).listen(Number(port), '127.0.0.1')
