import { writeFile } from 'node:fs/promises'
import { NODE } from './addresses.ts'
import type { WorldFolder } from './folder.ts'
import { kubeconfig } from './kubernetes.ts'
import type { Server } from './server.ts'
import { IMAGES } from './tools/images.ts'

export const containerdSocket = (folder: WorldFolder): string => folder.in('containerd', 'c.sock')

/** The files of the cluster's one node: containerd, its network, kubelet, kube-proxy. */
export async function writeNodeFiles(folder: WorldFolder, runc: string): Promise<void> {
  await writeFile(folder.in('etc', 'containerd.toml'), containerdToml(folder, runc))
  await writeFile(folder.in('cni', '10-world.conflist'), JSON.stringify(podNetwork(folder)))
  await writeFile(folder.in('etc', 'resolv.conf'), 'nameserver 127.0.0.1\n')
  await writeFile(folder.in('etc', 'kubelet.json'), JSON.stringify(kubeletConfiguration(folder)))
  await writeFile(folder.in('etc', 'kube-proxy.json'), JSON.stringify(proxyConfiguration(folder)))
}

const containerdToml = (folder: WorldFolder, runc: string): string => `version = 2
root = "${folder.in('containerd', 'root')}"
state = "${folder.in('containerd', 'state')}"
[grpc]
  address = "${containerdSocket(folder)}"
[ttrpc]
  address = "${containerdSocket(folder)}.ttrpc"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${IMAGES.pause}"
  netns_mounts_under_state_dir = true
  # Where root lacks CAP_SYS_RESOURCE every sandbox fails without this ("can't get final child's PID").
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
      BinaryName = "${runc}"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${folder.in('cni')}"
`

const podNetwork = (folder: WorldFolder): object => ({
  cniVersion: '0.4.0',
  name: 'world',
  plugins: [
    {
      type: 'bridge',
      bridge: 'pods0',
      isGateway: true,
      ipMasq: false,
      hairpinMode: true,
      ipam: {
        type: 'host-local',
        dataDir: folder.in('cni-addresses'),
        ranges: [[{ subnet: '10.244.0.0/24' }]],
        routes: [{ dst: '10.0.0.0/8' }],
      },
    },
  ],
})

const kubeletConfiguration = (folder: WorldFolder): object => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  // Kubernetes 1.35 and newer refuse cgroup v1, where tests may run, unless told otherwise.
  failCgroupV1: false,
  cgroupDriver: 'cgroupfs',
  cgroupsPerQOS: false,
  enforceNodeAllocatable: [],
  failSwapOn: false,
  localStorageCapacityIsolation: false,
  evictionHard: { 'nodefs.available': '0%', 'imagefs.available': '0%', 'memory.available': '1Mi' },
  containerRuntimeEndpoint: `unix://${containerdSocket(folder)}`,
  address: NODE,
  port: 10250,
  healthzPort: 0,
  authentication: { anonymous: { enabled: false }, x509: { clientCAFile: folder.in('pki', 'ca.crt') }, webhook: { enabled: false } },
  authorization: { mode: 'AlwaysAllow' },
  resolvConf: folder.in('etc', 'resolv.conf'),
  serializeImagePulls: false,
  imageMinimumGCAge: '24h',
  imageGCHighThresholdPercent: 100,
  imageGCLowThresholdPercent: 99,
  nodeStatusUpdateFrequency: '5s',
  syncFrequency: '2s',
  // Else an imported image whose content was pulled under another name before is "not present" (ErrImageNeverPull).
  imagePullCredentialsVerificationPolicy: 'NeverVerify',
  podLogsDir: folder.in('log', 'pods'),
})

const proxyConfiguration = (folder: WorldFolder): object => ({
  apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
  kind: 'KubeProxyConfiguration',
  mode: 'nftables',
  bindAddress: '127.0.0.1',
  hostnameOverride: 'node-a',
  clusterCIDR: '10.244.0.0/16',
  healthzBindAddress: '',
  metricsBindAddress: '127.0.0.1:10249',
  // Zero: the machine's settings of connection tracking are not the world's to change.
  conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  clientConnection: { kubeconfig: kubeconfig(folder, 'proxy') },
})

export const containerd = (folder: WorldFolder, program: string): Server => ({
  name: 'containerd',
  command: [program, '-c', folder.in('etc', 'containerd.toml')],
})

export const nodeServers = (folder: WorldFolder, program: (name: string) => string): readonly Server[] => [
  {
    name: 'kubelet',
    command: [
      program('kubelet'),
      `--config=${folder.in('etc', 'kubelet.json')}`,
      `--kubeconfig=${kubeconfig(folder, 'system:node:node-a')}`,
      '--hostname-override=node-a',
      `--node-ip=${NODE}`,
      `--root-dir=${folder.in('kubelet')}`,
      '--v=1',
    ],
  },
  { name: 'kube-proxy', command: [program('kube-proxy'), `--config=${folder.in('etc', 'kube-proxy.json')}`, '--v=1'] },
]
