import { z } from 'zod'
import { addressTemplate, name, template, urlTemplate } from './fields.ts'

const MEMORY_EXPECTED = 'must be a quantity of memory such as 4096Mi or 4Gi'
const RANGE_EXPECTED = 'must be a version or a lower bound, such as `>=1.28`'

const requires = z
  .strictObject({
    version: z
      .string({ error: RANGE_EXPECTED })
      .regex(/^>=\s*1\.[0-9]+$/, { error: RANGE_EXPECTED })
      .optional()
      .describe("Lowest version of the API server: `'>=1.28'`."),
    cpu: z.number().positive().optional().describe('Cores that all ready nodes together can give to pods.'),
    memory: z
      .string({ error: MEMORY_EXPECTED })
      .regex(/^[0-9]+(?:Ki|Mi|Gi|Ti|k|M|G|T)?$/, { error: MEMORY_EXPECTED })
      .optional()
      .describe('Memory that all ready nodes together can give to pods: `4096Mi`.'),
    ingressController: z
      .union([z.boolean(), z.string().min(1)])
      .optional()
      .describe('`true`: there is an Ingress class; a name: there is this one.'),
    metricsServer: z.boolean().optional().describe('Whether `metrics.k8s.io` must answer, without which autoscalers see nothing.'),
  })
  .describe('What the cluster must have before anything is touched.')

const kubernetes = z
  .strictObject({
    kubeconfig: template().optional().describe('Path of the kubeconfig. Default: `KUBECONFIG`, then `~/.kube/config`.'),
    context: template().optional().describe('Context of the kubeconfig. Default: its current context.'),
    namespace: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, { error: 'must be the name of a namespace: lower-case letters, digits and hyphens' })
      .describe('Namespace of objects whose manifest names none.'),
    requires: requires.optional(),
  })
  .describe('The cluster that the site moves to.')

const nomad = z
  .strictObject({
    address: urlTemplate('https://nomad.example.org:4646').optional().describe("URL of Nomad's API. Default: `NOMAD_ADDR`."),
    token: template()
      .optional()
      .describe('ACL token, as a template: `${env:NOMAD_TOKEN}`. Written out it is refused. Default: `NOMAD_TOKEN`.'),
    namespace: template().optional().describe('Default: `NOMAD_NAMESPACE`, then `default`.'),
    region: template().optional().describe("Default: `NOMAD_REGION`, then the agent's own."),
    ca: template().optional().describe("PEM file with the authority of the API's certificate. Default: `NOMAD_CACERT`."),
  })
  .describe('The Nomad that the site leaves.')

const host = z
  .strictObject({
    ssh: template().describe("An alias or address of the user's own ssh_config."),
    sshConfig: template().optional().describe('Path of another ssh_config.'),
    become: z.literal('sudo').optional().describe('How to become root on the host.'),
  })
  .describe('A host that is reached over ssh.')

const DYNAMIC_CONFIG_EXPECTED = 'must be the absolute path of a YAML file (.yml or .yaml) on the edge host'

const edge = z
  .strictObject({
    host: z.string().min(1).describe('A name in `targets.hosts`.'),
    dynamicConfig: z
      .string()
      .regex(/^\/.+\.ya?ml$/, { error: DYNAMIC_CONFIG_EXPECTED })
      .describe("Path on the host of the file that the edge's file provider reads."),
    api: urlTemplate('http://127.0.0.1:8080').describe(
      "URL of the edge Traefik's API as its own host reaches it; it is asked through ssh.",
    ),
    metrics: urlTemplate('http://127.0.0.1:8080/metrics')
      .optional()
      .describe(
        "URL of the edge Traefik's Prometheus metrics as its own host reaches it: where they are on, `canary-analysis` counts visitors by them. Default: `/metrics` at the API's address.",
      ),
    visitors: addressTemplate().optional().describe("Where observations connect, `host:port`. Default: what DNS says of the site's host."),
    write: z
      .enum(['exchange', 'in-place'])
      .default('exchange')
      .describe(
        '`exchange` swaps the file with the new one in one step, so that no edit of a human is lost. `in-place` is for a file that is itself bind-mounted into a container: the container would go on seeing the old one.',
      ),
  })
  .describe('The Traefik that the internet reaches, with its hand-written dynamic configuration.')

export const targets = z
  .strictObject({
    kubernetes: kubernetes.optional(),
    nomad: nomad.optional(),
    hosts: z.record(name('a host name'), host).default({}).describe('Hosts by the name that this plan gives them.'),
    edge: edge.optional(),
  })
  .describe(
    'The systems that the plan may touch. Templates are resolved here and in `helm.set`: `${env:NAME}`, `${file:PATH}`, `${command:LINE}`.',
  )
