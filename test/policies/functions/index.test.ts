import { Environment } from '@marcbachmann/cel-js'
import { describe, expect, it } from 'vitest'
import { toCel } from '../../../src/policies/cel-value.ts'
import { registerFunctions } from '../../../src/policies/functions/index.ts'
import { objects, served } from './objects.ts'

function evaluate(expression: string, plan = {}): unknown {
  const environment = new Environment({ homogeneousAggregateLiterals: false, enableOptionalTypes: true })
  environment.registerVariable('objects', 'list<dyn>').registerVariable('plan', 'dyn')
  registerFunctions(environment)
  expect(environment.check(expression)).toMatchObject({ valid: true })
  return environment.evaluate(expression, {
    objects: toCel(objects(served('shop'))),
    plan: toCel({ namespace: 'shop', expects: {}, ...plan }),
  })
}

describe('registerFunctions', () => {
  it.each([
    ["containers(objects[0], 'image')[0].path", 'spec.template.spec.containers[0].image'],
    ['servicePorts(objects, plan)[0].port + 1', 81n],
    ["at(servicePorts(objects, plan), 'spec.type')[0].path", 'spec.type'],
    ["quantity('128Mi') > quantity('0.5')", true],
    ["quantity('1.5') + 1.0", 2.5],
    ['podTemplate(objects[1]) == null', true],
    ['imageReference(containers(objects[0])[0].image).tag', '1.0.0'],
    ["'none' in imageUsers(objects, plan)", false],
    ["sizeInBytes('1kB')", 1000n],
    ['neededFlows(objects, plan).size()', 0n],
    ["looksSecret('PASSWORD', 'correct-horse')", true],
  ])('%s', (expression, value) => expect(evaluate(expression)).toEqual(value))

  it('describes every function for whoever writes a rule', () => {
    // An environment that was asked for its definitions before it is given functions would give them to all others of the process.
    const before = new Set(new Environment().getDefinitions().functions.map(({ signature }) => signature))
    const environment = new Environment({ enableOptionalTypes: true })
    registerFunctions(environment)
    const own = environment.getDefinitions().functions.filter(({ signature }) => !before.has(signature))
    expect(own.length).toBeGreaterThan(30)
    for (const { description } of own) expect(description).toMatch(/\w/)
  })
})
