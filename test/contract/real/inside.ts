import { createInterface } from 'node:readline'
import { createVisitor } from '../../../src/adapters/http/visitor.ts'
import type { HttpRequest } from '../../../src/domain/ports/visitor.ts'

// Reads a request a line from stdin, and writes what came of it to stdout; ends with stdin.
const visitor = createVisitor()
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, request } = JSON.parse(line) as { readonly id: number; readonly request: HttpRequest }
  void visitor.ask(request).then((exchange) => process.stdout.write(`${JSON.stringify({ id, exchange })}\n`))
})
