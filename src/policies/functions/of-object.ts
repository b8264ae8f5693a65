import type { Json } from '../../domain/json.ts'
import { commandArguments } from './arguments.ts'
import { base64Valid } from './base64.ts'
import { hostNamespaces, hostPaths, hostPorts } from './host.ts'
import { nameOf } from './identity.ts'
import { hostCovers, ingressHosts } from './ingresses.ts'
import { allContainers, containers, podSpec, podTemplate } from './pods.ts'
import { isQuantity, quantity } from './quantity.ts'
import type { Register } from './register.ts'
import { looksSecret } from './secrets.ts'
import { isNonRoot } from './security.ts'
import { selects } from './selectors.ts'
import { encoded, entries, variables } from './settings.ts'
import { textOf } from './value.ts'

/** Functions about one object, or about a single value. */
export function registerObjectFunctions(register: Register): void {
  register('nameOf(dyn): string', '`Deployment/backend`', (object = null) => nameOf(object))
  registerPods(register)
  registerHost(register)
  registerSettings(register)
  register('ingressHosts(dyn): list<dyn>', 'Hosts of an Ingress: host, tls', (object = null) => ingressHosts(object))
  register(
    'hostCovers(string, string): bool',
    'Whether a host of an Ingress, `*.example.org` too, stands for a host',
    (pattern = '', host = '') => hostCovers(textOf(pattern), textOf(host)),
  )
  register('selects(dyn, dyn): bool', 'Whether a selector selects something with these labels', (selector = null, labels = null) =>
    selects(selector, labels),
  )
  register('quantity(dyn): dyn', '`100m` as 0.1, `128Mi` as 134217728', (value = null) => quantity(value))
  register('isQuantity(dyn): bool', 'Whether it is a quantity of Kubernetes', (value = null) => isQuantity(value))
}

function registerPods(register: Register): void {
  register('podTemplate(dyn): dyn', 'The pod template of what runs pods, null of what runs none', (object = null) => podTemplate(object))
  register('podSpec(dyn): dyn', 'The spec of the pods that an object runs, empty where it runs none', (object = null) => podSpec(object))
  const running = (object: Json = null, field: Json = '') => containers(object, textOf(field))
  register('containers(dyn): list<dyn>', 'Containers that run as long as the pod, with `init`', running)
  register('containers(dyn, string): list<dyn>', 'The same; findings name a field of the container', running)
  register('allContainers(dyn, string): list<dyn>', 'The same with all init containers', (object = null, field = '') =>
    allContainers(object, textOf(field)),
  )
  register('nonRoot(dyn, dyn): bool', 'Whether a container of an object surely does not run as root', (object = null, container = null) =>
    isNonRoot(object, container),
  )
}

function registerHost(register: Register): void {
  register('hostNamespaces(dyn): list<dyn>', 'hostNetwork, hostPID and hostIPC of what runs pods: field, shared', (object = null) =>
    hostNamespaces(object),
  )
  register('hostPorts(dyn): list<dyn>', 'Ports of containers: container, hostPort (0: none of the node)', (object = null) =>
    hostPorts(object),
  )
  register('hostPaths(dyn): list<dyn>', "Volumes: name, onHost (it is a folder or file of the node's own)", (object = null) =>
    hostPaths(object),
  )
}

function registerSettings(register: Register): void {
  register('variables(dyn): list<dyn>', 'Environment variables whose values stand in the object: key, value', (object = null) =>
    variables(object),
  )
  register(
    'commandArguments(dyn): list<dyn>',
    'Words of `command` and `args`: container, flag, secret (it looks like one)',
    (object = null) => commandArguments(object),
  )
  register('entries(dyn): list<dyn>', 'Entries of a ConfigMap or Secret, decoded: key, value', (object = null) => entries(object))
  register('encoded(dyn): list<dyn>', 'Entries of a Secret or ConfigMap that must be base64, as they stand: key, value', (object = null) =>
    encoded(object),
  )
  register('base64Valid(dyn): bool', 'Whether it is base64', (value = null) => base64Valid(value))
  register('looksSecret(string, string): bool', 'Whether a value under this key is a secret in the open', (key = '', value = '') =>
    looksSecret(textOf(key), textOf(value)),
  )
}
