import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { clientsRecipe } from '../../../tools/clients.ts'
import { makeImages } from './images.ts'

/** Pinned: contract tests and recordings are about these. Kubernetes' own version stands in k8s/go.mod, and so do the others' in theirs. */
const KUBERNETES = '1.36.2'

/** One folder of the cache and how it is made. */
export interface Recipe {
  readonly name: string
  /** All that the result depends on. */
  readonly inputs: () => Promise<readonly string[]>
  readonly make: (folder: string) => Promise<void>
  /** What to expect, for the person who waits. */
  readonly takes: string
}

const sources = (folder: string): string => fileURLToPath(new URL(folder, import.meta.url))
const goVersion = async (): Promise<string> => (await execa('go', ['version'], { env: GO })).stdout

const GO = { CGO_ENABLED: '0', GOFLAGS: '-mod=readonly -buildvcs=false', GOTOOLCHAIN: 'local' }

interface GoPrograms {
  readonly module: 'k8s' | 'nomad' | 'site' | 'helm-3.14'
  /** Program → package. */
  readonly programs: Readonly<Record<string, string>>
  readonly flags: readonly string[]
  readonly takes: string
  readonly after?: (folder: string) => Promise<void>
}

/** Programs of a module of ours, which pins their versions; `nice`, as others work on the machine too. */
function goPrograms({ module, programs, flags, takes, after }: GoPrograms): Recipe {
  const folder = sources(module)
  return {
    name: module,
    takes,
    inputs: async () => {
      const files = (await readdir(folder)).sort()
      const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
      return [await goVersion(), process.arch, JSON.stringify([programs, flags]), ...files, ...texts]
    },
    make: async (into) => {
      for (const [program, path] of Object.entries(programs))
        await execa('nice', ['go', 'build', '-trimpath', ...flags, '-o', join(into, program), path], { cwd: folder, env: GO })
      await after?.(into)
    },
  }
}

const VERSION = 'k8s.io/component-base/version'
const [major, minor] = KUBERNETES.split('.')
// Without these the servers say that they are v0.0.0-master.
const says = [`gitVersion=v${KUBERNETES}`, `gitMajor=${major}`, `gitMinor=${minor}`, 'gitTreeState=clean']
  .map((each) => `-X ${VERSION}.${each}`)
  .join(' ')
// Without these helm says that it is v3.14, and takes any cluster for Kubernetes 1.20.
const helmSays = [
  'internal/version.version=v3.14.4',
  ...['pkg/chartutil', 'pkg/lint/rules'].flatMap((path) => [`${path}.k8sVersionMajor=1`, `${path}.k8sVersionMinor=29`]),
]
  .map((each) => `-X helm.sh/helm/v3/${each}`)
  .join(' ')
const servers = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-proxy']

export const recipes: readonly Recipe[] = [
  clientsRecipe,
  goPrograms({
    module: 'site',
    programs: { site: '.' },
    flags: ['-ldflags', '-s -w'],
    takes: 'about 10 s',
    after: (folder) => makeImages(join(folder, 'site'), folder),
  }),
  goPrograms({
    module: 'k8s',
    programs: Object.fromEntries(servers.map((name) => [name, `k8s.io/kubernetes/cmd/${name}`])),
    flags: ['-ldflags', `-s -w ${says}`],
    takes: 'about 6 minutes, from source',
  }),
  goPrograms({
    module: 'nomad',
    programs: { nomad: 'github.com/hashicorp/nomad' },
    flags: ['-tags', 'hashicorpmetrics', '-ldflags', '-s -w'],
    takes: 'about 4 minutes, from source',
  }),
  goPrograms({
    module: 'helm-3.14',
    programs: { helm: 'helm.sh/helm/v3/cmd/helm' },
    flags: ['-ldflags', `-s -w ${helmSays}`],
    takes: 'about 3 minutes, from source',
  }),
]
