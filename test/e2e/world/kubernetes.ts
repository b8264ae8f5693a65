import { generateKeyPair } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { createAuthority } from '../../../src/lab/certificates.ts'
import { API_SERVER, API_SERVER_PORT, ETCD, ETCD_PEERS, NODE } from './addresses.ts'
import type { WorldFolder } from './folder.ts'
import type { Server } from './server.ts'

/** Who may log in, each by a token. The command line is the operator, so that the audit log tells it from the servers and from the tests. */
const USERS = {
  operator: ['system:masters'],
  tests: ['system:masters'],
  /** Authenticated, without any right. */
  limited: ['devs'],
  ingress: ['system:masters'],
  proxy: ['system:masters'],
  'system:kube-controller-manager': [],
  'system:kube-scheduler': [],
  'system:node:node-a': ['system:nodes'],
} as const satisfies Readonly<Record<string, readonly string[]>>
export type User = keyof typeof USERS
export const CONTEXT = 'e2e'

export const kubeconfig = (folder: WorldFolder, user: User): string => folder.in('pki', `${user.split(':').at(-1)}.kubeconfig`)
/** The one secret of a world opens all its doors: nothing outside can reach them. */
export const tokenOf = (folder: WorldFolder, user: User): string => `${folder.operatorToken}-${user.replaceAll(':', '-')}`

/** Certificates, tokens, kubeconfigs and the audit policy. Gives the PEM of the authority. */
export async function writeKubernetesFiles(folder: WorldFolder): Promise<string> {
  const authority = await createAuthority('world-kubernetes')
  const server = await authority.issue(['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', '127.0.0.1', '10.0.0.1'])
  // How the API server shows itself to kubelet, for logs and exec.
  const client = await authority.issue(['kube-apiserver-kubelet-client'], { clientAuth: true })
  const serviceAccounts = await promisify(generateKeyPair)('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const lines = Object.entries(USERS).map(([user, groups]) => `${tokenOf(folder, user as User)},${user},${user},"${groups.join(',')}"\n`)
  const files: Readonly<Record<string, string>> = {
    'ca.crt': authority.certPem,
    'ca.key': authority.keyPem,
    'apiserver.crt': server.certPem,
    'apiserver.key': server.keyPem,
    'kubelet-client.crt': client.certPem,
    'kubelet-client.key': client.keyPem,
    'service-accounts.pub': serviceAccounts.publicKey,
    'service-accounts.key': serviceAccounts.privateKey,
    'tokens.csv': lines.join(''),
    'audit.json': JSON.stringify(AUDIT_POLICY),
  }
  for (const [name, text] of Object.entries(files)) await writeFile(folder.in('pki', name), text, { mode: 0o600 })
  for (const user of Object.keys(USERS) as User[])
    await writeFile(kubeconfig(folder, user), JSON.stringify(kubeconfigOf(folder, user)), { mode: 0o600 })
  return authority.certPem
}

/** What people and tests ask is recorded; what the servers ask each other all the time is not. */
const AUDIT_POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata', users: ['operator', 'limited'] }, { level: 'None' }],
}

const kubeconfigOf = (folder: WorldFolder, user: User): object => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: CONTEXT, cluster: { server: API_SERVER, 'certificate-authority': folder.in('pki', 'ca.crt') } }],
  users: [{ name: user, user: { token: tokenOf(folder, user) } }],
  contexts: [{ name: CONTEXT, context: { cluster: CONTEXT, user } }],
  'current-context': CONTEXT,
})

/** Controllers of clouds, of storage that is attached, of certificates that nodes ask for, and of kinds that no plan here has. */
const WITHOUT: readonly string[] = [
  'nodeipam',
  'node-route-controller',
  'cloud-node-lifecycle-controller',
  'service-lb-controller',
  'persistentvolume-attach-detach-controller',
  'persistentvolume-expander-controller',
  'ephemeral-volume-controller',
  'certificatesigningrequest-signing-controller',
  'certificatesigningrequest-approving-controller',
  'certificatesigningrequest-cleaner-controller',
  'bootstrap-signer-controller',
  'token-cleaner-controller',
  'legacy-serviceaccount-token-cleaner-controller',
  'cronjob-controller',
  'replicationcontroller-controller',
  'storage-version-migrator-controller',
  'resourceclaim-controller',
]

export const etcd = (folder: WorldFolder, program: string): Server => ({
  name: 'etcd',
  command: [
    program,
    '--name=world',
    `--data-dir=${folder.in('etcd')}`,
    '--unsafe-no-fsync',
    `--listen-client-urls=${ETCD}`,
    `--advertise-client-urls=${ETCD}`,
    `--listen-peer-urls=${ETCD_PEERS}`,
    `--initial-advertise-peer-urls=${ETCD_PEERS}`,
    `--initial-cluster=world=${ETCD_PEERS}`,
    '--log-level=warn',
  ],
})

export const auditLog = (folder: WorldFolder): string => folder.in('log', 'audit.jsonl')

export function apiServer(folder: WorldFolder, program: string): Server {
  const pki = (name: string): string => folder.in('pki', name)
  return {
    name: 'kube-apiserver',
    command: [
      program,
      `--etcd-servers=${ETCD}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${API_SERVER_PORT}`,
      `--advertise-address=${NODE}`,
      '--endpoint-reconciler-type=none',
      '--service-cluster-ip-range=10.0.0.0/16',
      `--tls-cert-file=${pki('apiserver.crt')}`,
      `--tls-private-key-file=${pki('apiserver.key')}`,
      `--client-ca-file=${pki('ca.crt')}`,
      `--service-account-key-file=${pki('service-accounts.pub')}`,
      `--service-account-signing-key-file=${pki('service-accounts.key')}`,
      '--service-account-issuer=https://kubernetes.default.svc',
      '--authorization-mode=Node,RBAC',
      `--token-auth-file=${pki('tokens.csv')}`,
      '--enable-admission-plugins=NodeRestriction',
      '--allow-privileged=true',
      '--profiling=false',
      `--kubelet-client-certificate=${pki('kubelet-client.crt')}`,
      `--kubelet-client-key=${pki('kubelet-client.key')}`,
      '--kubelet-preferred-address-types=InternalIP',
      `--audit-policy-file=${pki('audit.json')}`,
      `--audit-log-path=${auditLog(folder)}`,
      '--v=1',
    ],
  }
}

export function controllers(folder: WorldFolder, program: (name: string) => string): readonly Server[] {
  const pki = (name: string): string => folder.in('pki', name)
  const common = (user: User, port: number): readonly string[] => [
    `--kubeconfig=${kubeconfig(folder, user)}`,
    `--authentication-kubeconfig=${kubeconfig(folder, user)}`,
    `--authorization-kubeconfig=${kubeconfig(folder, user)}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    '--leader-elect=false',
    // With the defaults (20 and 30) the world takes twice as long to come up.
    '--kube-api-qps=200',
    '--kube-api-burst=400',
    '--v=1',
  ]
  return [
    {
      name: 'kube-controller-manager',
      command: [
        program('kube-controller-manager'),
        ...common('system:kube-controller-manager', 16444),
        `--service-account-private-key-file=${pki('service-accounts.key')}`,
        `--root-ca-file=${pki('ca.crt')}`,
        `--cluster-signing-cert-file=${pki('ca.crt')}`,
        `--cluster-signing-key-file=${pki('ca.key')}`,
        '--use-service-account-credentials=true',
        '--allocate-node-cidrs=false',
        `--controllers=*,${WITHOUT.map((name) => `-${name}`).join(',')}`,
        '--node-monitor-grace-period=5m',
      ],
    },
    { name: 'kube-scheduler', command: [program('kube-scheduler'), ...common('system:kube-scheduler', 16445)] },
  ]
}
