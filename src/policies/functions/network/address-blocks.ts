import { BlockList, isIP } from 'node:net'

/** Whether an address block has this address; anything that is no address (a name) may lie anywhere, and every block may have it. */
export function blockHas(block: { readonly cidr: string; readonly except: readonly string[] }, host: string): boolean {
  if (isIP(host) === 0) return true
  return contains(block.cidr, host) && !block.except.some((cidr) => contains(cidr, host))
}

export function isEverywhere(cidr: string): boolean {
  return cidr.endsWith('/0')
}

function contains(cidr: string, host: string): boolean {
  const [network = '', bits = ''] = cidr.split('/')
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4'
  if (isIP(network) === 0 || isIP(host) !== isIP(network)) return false
  const list = new BlockList()
  list.addSubnet(network, Number(bits), family)
  return list.check(host, family)
}
