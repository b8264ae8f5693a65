import { SITE } from '../world/addresses.ts'
import type { Client } from '../world/client.ts'
import { sideOf } from './judge.ts'
import type { Side } from './sample.ts'

/** A visitor who gives back the cookies that they are given asks for the site, `times` in a row: who answered each time. */
export async function loyalVisitor(client: Client, times: number): Promise<readonly (Side | undefined)[]> {
  const cookies = new Map<string, string>()
  const sides: (Side | undefined)[] = []
  for (let time = 0; time < times; time++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const { body, headers } = await client.ask(`https://${SITE}/`, cookie === '' ? {} : { headers: { cookie } })
    for (const each of [headers['set-cookie'] ?? []].flat()) {
      const [, name, value] = /^([^=;]+)=([^;]*)/.exec(each) ?? []
      if (name !== undefined && value !== undefined) cookies.set(name, value)
    }
    sides.push(sideOf(body))
  }
  return sides
}
