import type { DynamicConfig } from '../../domain/ports/edge.ts'
import type { HostPort } from '../../domain/ports/host.ts'
import { readDynamicConfig } from './dynamic-config.ts'

export interface DynamicFile {
  /** Read whole and understood. */
  read(): Promise<DynamicConfig>
  /** The file as it was last read, where its hash still is the same; otherwise read anew. */
  readAgain(): Promise<DynamicConfig>
}

/** The dynamic file on the edge's host. A hash is an answer of one line, and what was understood of the same bytes holds for them. */
export function dynamicFile(host: Pick<HostPort, 'readFile' | 'hashFile'>, path: string): DynamicFile {
  let last: DynamicConfig | undefined
  const read = async (): Promise<DynamicConfig> => {
    const config = readDynamicConfig(await host.readFile(path))
    last = config
    return config
  }
  return {
    read,
    readAgain: async () => {
      const before = last
      return before !== undefined && (await host.hashFile(path)) === before.file.sha256 ? before : read()
    },
  }
}
