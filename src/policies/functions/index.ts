import type { Environment } from '@marcbachmann/cel-js'
import { fromCel, toCel } from '../cel-value.ts'
import { registerChartFunctions } from './of-charts.ts'
import { registerImageFunctions } from './of-images.ts'
import { registerNetworkFunctions } from './of-network.ts'
import { registerObjectFunctions } from './of-object.ts'
import { registerPlanFunctions } from './of-plan.ts'
import type { Register } from './register.ts'

/** Gives expressions what CEL alone cannot do. */
export function registerFunctions(environment: Environment): void {
  const register: Register = (signature, gives, handler) => {
    environment.registerFunction(signature, (...values: readonly unknown[]) => toCel(handler(...values.map(fromCel))), {
      description: gives,
    })
  }
  registerObjectFunctions(register)
  registerPlanFunctions(register)
  registerNetworkFunctions(register)
  registerChartFunctions(register)
  registerImageFunctions(register)
}
