import { createHash } from 'node:crypto'
import type { DynamicConfig, DynamicConfigEdit, OwnedRouter, RouterDefinition } from '../../domain/ports/edge.ts'
import type { RemoteFile } from '../../domain/ports/host.ts'
import type { Edited } from './dynamic-config/insert.ts'
import { insertRouters } from './dynamic-config/insert.ts'
import { namesUnder } from './dynamic-config/outline.ts'
import { ownedRouter } from './dynamic-config/owned.ts'
import { removeRouters } from './dynamic-config/remove.ts'
import { encode } from './dynamic-config/text.ts'
import { understandFile } from './dynamic-config/understand.ts'

/**
 * Understands a file, or rejects with the reason why it is broken or cannot be understood well enough. Where only adding is unsafe,
 * `withRouters` rejects: what a human did around our router must not stand in the way of removing it.
 */
export function readDynamicConfig(file: RemoteFile): DynamicConfig {
  const { outline } = understandFile(file)
  return {
    file,
    routers: namesUnder(outline, 'routers'),
    services: namesUnder(outline, 'services'),
    middlewares: namesUnder(outline, 'middlewares'),
  }
}

/** New bytes with these routers; every other byte as it was. */
export function withRouters(config: DynamicConfig, routers: Readonly<Record<string, RouterDefinition>>): DynamicConfigEdit {
  return edit(config, insertRouters(understandFile(config.file), routers))
}

/** New bytes without these routers; every other byte as it is now. */
export function withoutRouters(config: DynamicConfig, names: readonly string[], original?: RemoteFile): DynamicConfigEdit {
  return edit(config, removeRouters(understandFile(config.file), names, original && understandFile(original)))
}

/** Whether the file holds this router. */
export function owned(config: DynamicConfig, name: string, definition: RouterDefinition): OwnedRouter {
  return ownedRouter(understandFile(config.file), name, definition)
}

function edit(config: DynamicConfig, { understanding, names }: Edited): DynamicConfigEdit {
  const bytes = names.length === 0 ? config.file.bytes : encode(understanding.file, understanding.file.text)
  return {
    before: config.file,
    bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    ownedKeys: names.map((name) => `http.routers.${name}`),
  }
}
