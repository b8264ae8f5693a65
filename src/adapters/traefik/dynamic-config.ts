import { createHash } from 'node:crypto'
import type {
  DynamicConfig,
  DynamicConfigChange,
  DynamicConfigEdit,
  OwnedDefinitions,
  OwnedKey,
  OwnedSection,
} from '../../domain/ports/edge.ts'
import type { RemoteFile } from '../../domain/ports/host.ts'
import { changeKeys } from './dynamic-config/change.ts'
import { namesUnder } from './dynamic-config/outline.ts'
import { ownedKey } from './dynamic-config/owned.ts'
import { encode } from './dynamic-config/text.ts'
import { understandFile } from './dynamic-config/understand.ts'

/**
 * Understands a file, or rejects with the reason why it is broken or cannot be understood well enough. Where only adding is unsafe,
 * `editDynamicConfig` rejects: what a human did around our keys must not stand in the way of removing them.
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

/** New bytes with this change; every other byte as it is now. */
export function editDynamicConfig(config: DynamicConfig, change: DynamicConfigChange): DynamicConfigEdit {
  const { understanding, keys } = changeKeys(understandFile(config.file), change, change.original && understandFile(change.original))
  const bytes = keys.length === 0 ? config.file.bytes : encode(understanding.file, understanding.file.text)
  return {
    before: config.file,
    bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    ownedKeys: keys.map(({ section, name }) => `http.${section}.${name}`),
  }
}

/** Whether the file holds this. */
export function owned<Section extends OwnedSection>(
  config: DynamicConfig,
  section: Section,
  name: string,
  definition: OwnedDefinitions[Section],
): OwnedKey {
  return ownedKey(understandFile(config.file), section, name, definition)
}
