import { describe, expect, it } from 'vitest'
import type { ContractWorld } from '../world.ts'
import { eventually } from '../world.ts'
import { dynamicFile, saved, visit } from './dynamic.ts'

const HOST = 'file.contract.test'
const rule = `Host(\`${HOST}\`)`

/** When the file's content becomes what runs. The switch's "written" and "proven", and the alarm for a file that is not loaded (facts: Traefik 1 to 7, 9). */
export function fileContract(world: () => ContractWorld): void {
  const priorityOf = async (name: string): Promise<number | undefined> => (await world().edge.port.router(name))?.priority
  const untilPriority = (name: string, priority: number | undefined) =>
    eventually(
      world(),
      () => priorityOf(name),
      (seen) => expect(seen).toBe(priority),
    )
  const file = (priority: number): string => dynamicFile({ counted: { rule, to: 'one', priority } })

  describe('the dynamic file', () => {
    it('is loaded after an exchange of names, and what was written in the throttle is not lost', async () => {
      const [host, { port }] = [world().host.port, world().edge]
      await world().edge.save(file(1000))
      await untilPriority('counted', 1000)
      for (const priority of [1001, 1002, 1003, 1004]) {
        const { file: now } = await port.read()
        const bytes = Buffer.from(
          Buffer.from(now.bytes)
            .toString()
            .replace(/"priority": \d+/, `"priority": ${priority}`),
        )
        expect(await host.replaceFile(now, bytes, 'exchange')).toMatchObject({ outcome: 'replaced', by: 'exchange' })
      }
      await untilPriority('counted', 1004)
    })

    it('that cannot be read, or has one unknown field, leaves what was loaded, until it is mended', async () => {
      await saved(world(), dynamicFile({ kept: { rule, to: 'one', priority: 7 } }), 'kept')
      const broken = [
        'http: [',
        file(8).replace('"priority"', '"priorty"'),
        file(9).replace('"priority": 9', '"priority": "much"'),
        'http:\n  routers: {}\n',
        `${file(9).trimEnd()}\nhttp:\n  routers:\n    twice: {rule: "Host(\`x\`)"}\n`,
      ]
      for (const text of broken) {
        await world().edge.save(text)
        await world().clock.sleep(600)
        expect(await priorityOf('kept'), text).toBe(7)
        expect(await priorityOf('counted'), text).toBeUndefined()
        expect(await visit(world(), HOST)).toBe('one')
      }
      await world().edge.save(file(10))
      await untilPriority('counted', 10)
      expect(await priorityOf('kept')).toBeUndefined()
    })

    it('with only comments is a configuration without routers: all of them go', async () => {
      await saved(world(), dynamicFile({ going: { rule, to: 'one' } }), 'going')
      await world().edge.save('# nothing\n')
      await untilPriority('going', undefined)
      await eventually(
        world(),
        () => visit(world(), HOST),
        (seen) => expect(seen).toBe('404'),
      )
    })

    it('changes nothing for visitors while only the rest of it changes', async () => {
      await saved(world(), dynamicFile({ steady: { rule, to: 'one' } }), 'steady')
      await saved(world(), dynamicFile({ steady: { rule, to: 'one' }, other: { rule: 'Host(`other.contract.test`)', to: 'two' } }), 'other')
      expect(await visit(world(), HOST)).toBe('one')
      expect(await visit(world(), 'other.contract.test')).toBe('two')
    })
  })
}
