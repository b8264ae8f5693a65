import type { TrafficAtom } from '../../../src/domain/traffic.ts'
import type { WalkStep } from '../../../src/plan/rules/traffic-walk.ts'

/**
 * Visitors, simulated the slow way and without the traffic model: servers that run or not and have been seen or not, a list of
 * routes, and somebody who follows every route after each thing that happens.
 */
export class VisitorSimulator {
  private servers = new Map([
    ['old', { runs: true, seen: true }],
    ['new', { runs: false, seen: false }],
  ])
  private routes = ['old']
  private readonly singleWriter: boolean

  constructor(singleWriter: boolean) {
    this.singleWriter = singleWriter
  }

  copy(): VisitorSimulator {
    const other = new VisitorSimulator(this.singleWriter)
    other.servers = new Map([...this.servers].map(([name, server]) => [name, { ...server }]))
    other.routes = [...this.routes]
    return other
  }

  /** Does one thing; true when a visitor is lost by it, or two writers run. */
  harmedBy(atom: TrafficAtom): boolean {
    if (atom.do === 'start') this.server(atom.side).runs = true
    if (atom.do === 'prove') this.server(atom.side).seen = this.server(atom.side).runs
    if (atom.do === 'stop') Object.assign(this.server(atom.side), { runs: false, seen: false })
    if (atom.do === 'route-remove') this.routes = this.routes.filter((route) => route !== atom.from)
    if (atom.do === 'route-add' && !this.routes.includes(atom.to)) this.routes.push(atom.to)
    return this.isHarmed()
  }

  private isHarmed(): boolean {
    const visitorLost = this.routes.length === 0 || this.routes.some((route) => !(this.servers.get(route)?.seen ?? false))
    return visitorLost || (this.singleWriter && this.server('old').runs && this.server('new').runs)
  }

  private server(side: string): { runs: boolean; seen: boolean } {
    const server = this.servers.get(side)
    if (server === undefined) throw new Error(`no server ${side}`)
    return server
  }
}

/** Whether harm can come from going forward and being rolled back at most `rollbacks` times, every way tried one by one. */
export function canBeHarmed(steps: readonly WalkStep[], singleWriter: boolean, rollbacks: number): boolean {
  return forwardFrom(0, new VisitorSimulator(singleWriter), rollbacks)

  function forwardFrom(first: number, start: VisitorSimulator, left: number): boolean {
    const world = start.copy()
    for (let index = first; index <= steps.length; index++) {
      if (left > 0 && index > 0 && rolledBack(index - 1, world, left)) return true
      const { forward = [], back = 'irreversible' } = steps[index]?.traffic ?? {}
      if (back !== 'irreversible' && left > 0 && rolledBack(index, world, left)) return true
      for (const atom of forward) {
        if (world.harmedBy(atom)) return true
        if (back !== 'irreversible' && left > 0 && rolledBack(index, world, left)) return true
      }
    }
    return false
  }

  function rolledBack(from: number, start: VisitorSimulator, left: number): boolean {
    const world = start.copy()
    for (let index = from; index >= 0; index--) {
      const back = steps[index]?.traffic.back ?? 'irreversible'
      if (back === 'irreversible') return false
      for (const atom of back) if (world.harmedBy(atom)) return true
      const isStop = index === 0 || steps[index - 1]?.reachesState === true
      if (isStop && forwardFrom(index, world, left - 1)) return true
    }
    return false
  }
}
