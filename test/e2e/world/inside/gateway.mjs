// gateway.mjs SOCKET - lets the test, which is not in the world's network, talk to its servers: whoever connects to the Unix socket
// writes `HOST PORT` and a line break, reads a line, `ok` or why not, and is then connected to that server. It leads in, never out.
import { createServer, connect } from 'node:net'

const [path] = process.argv.slice(2)
createServer({ allowHalfOpen: true }, (client) => {
  let head = Buffer.alloc(0)
  client.on('error', () => client.destroy())
  client.on('data', function read(chunk) {
    head = Buffer.concat([head, chunk])
    const end = head.indexOf(10)
    if (end < 0) return
    client.off('data', read).pause()
    const [host, port] = head.subarray(0, end).toString().split(' ')
    const server = connect({ host, port: Number(port), allowHalfOpen: true })
    server.setNoDelay(true)
    server.once('connect', () => {
      client.write('ok\n')
      server.write(head.subarray(end + 1))
      client.pipe(server).pipe(client)
    })
    server.on('error', (error) => {
      if (server.connecting || !server.remoteAddress) client.end(`${error.code ?? error.message}\n`)
      else client.destroy()
    })
    // An end that was a reset stays one for the other side.
    server.on('close', (failed) => (failed ? client.destroy() : undefined))
    client.on('close', () => server.destroy())
  })
}).listen(path)
