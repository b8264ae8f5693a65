import type { NetworkInterfaceInfo } from 'node:os'
import { BlockList, isIP } from 'node:net'
import { networkInterfaces } from 'node:os'

export type Interfaces = () => NodeJS.Dict<readonly Pick<NetworkInterfaceInfo, 'cidr'>[]>

/** Whether an address is on a network that this machine is on itself: no router stands between. */
export function isNeighbour(address: string, interfaces: Interfaces = networkInterfaces): boolean {
  const family = familyOf(address)
  if (family === undefined) return false
  const networks = new BlockList()
  for (const { cidr } of Object.values(interfaces()).flatMap((each) => each ?? [])) {
    const [network = '', bits] = (cidr ?? '').split('/')
    const itsFamily = familyOf(network)
    if (itsFamily !== undefined) networks.addSubnet(network, Number(bits), itsFamily)
  }
  return networks.check(address, family)
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address)
  return version === 0 ? undefined : version === 4 ? 'ipv4' : 'ipv6'
}
