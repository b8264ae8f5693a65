import type { Ports } from '../../src/domain/ports/index.ts'

/** The process is gone; nothing may catch it and go on. */
export class Crash extends Error {}

/** Calls that change the world. A dry run of `apply` is none. */
const EFFECTS: Readonly<Record<string, readonly string[]>> = {
  kubernetes: ['apply', 'mergePatch', 'delete'],
  nomad: ['tagVersion', 'untagVersion', 'stop', 'register', 'purge'],
  edge: ['write'],
  helm: ['upgrade', 'rollback', 'uninstall'],
  nodes: ['drain'],
  units: ['stop', 'disable'],
}

/** Kills the process at one point: before or after one of its effects or notes, counted from 0. */
export class CrashAt {
  crashed = false
  /** How many effects began; notes are not among them. */
  effects = 0
  #left: number

  constructor(point: number) {
    this.#left = point
  }

  async around<T>(effect: () => Promise<T>): Promise<T> {
    this.#pass()
    const result = await effect()
    this.#pass()
    return result
  }

  #pass(): void {
    if (this.#left-- === 0) this.crashed = true
    if (this.crashed) throw new Crash()
  }

  ports(ports: Ports): Ports {
    return {
      ...ports,
      kubernetes: this.#wrapped('kubernetes', ports.kubernetes),
      nomad: this.#wrapped('nomad', ports.nomad),
      edge: this.#wrapped('edge', ports.edge),
      ...(ports.helm && { helm: this.#wrapped('helm', ports.helm) }),
      ...(ports.hosts && { hosts: this.#wrapped('hosts', ports.hosts) }),
    }
  }

  #wrapped<Port extends object>(name: string, port: Port): Port {
    return new Proxy(port, {
      get: (target, property) => {
        const method: unknown = Reflect.get(target, property)
        if (typeof method === 'object' && method !== null) return this.#wrapped(String(property), method)
        if (typeof method !== 'function') return method
        return (...values: readonly unknown[]): unknown => {
          const call = (): unknown => Reflect.apply(method, target, values)
          if (!EFFECTS[name]?.includes(String(property)) || isDryRun(values[1])) return call()
          this.effects++
          return this.around(async () => call())
        }
      },
    })
  }
}

const isDryRun = (options: unknown): boolean =>
  typeof options === 'object' && options !== null && 'dryRun' in options && options.dryRun === true

/** Never crashes. */
export const NEVER = Number.POSITIVE_INFINITY
