import type { SwitchSpec } from '../../src/steps/switch-traefik-route/record.ts'
import { SITE } from '../fakes/ports/world.ts'

/** The route that takes the fake world's visitors over. */
export const SWITCH: SwitchSpec = {
  router: 'k8s-site',
  rule: `Host(\`${SITE}\`)`,
  service: 'to-cluster',
  entryPoints: ['websecure'],
  replaces: 'site@consulcatalog',
}
