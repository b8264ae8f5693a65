import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { stringify } from 'yaml'
import type { Ended, Started } from '../command.ts'
import { kubectl } from '../migration/clean.ts'
import { startCommand } from '../world/command-line.ts'
import type { World } from '../world/world.ts'

/** A chart of the user's own, and a plan that deploys it as a release. */
export interface Shop {
  start(...argv: readonly string[]): Started
  run(...argv: readonly string[]): Promise<Ended>
  helm(...words: readonly string[]): Promise<Ended>
  /** The whole history, as helm tells it. */
  history(): Promise<readonly { readonly revision: number; readonly status: string; readonly description: string }[]>
  write(path: string, text: string): Promise<void>
  greeting(): Promise<string>
  /** Makes a revision so much older than it is, milliseconds: helm keeps it in a Secret. */
  age(revision: number, by: number): Promise<void>
}

export const PLAN = 'plans/shop.yaml'
export const TOKEN = `made-up-${crypto.randomUUID()}`

const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'shop' },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'shop' } },
    template: {
      metadata: { labels: { app: 'shop' } },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [
          {
            name: 'shop',
            image: 'jmc.test/site:1',
            imagePullPolicy: 'Never',
            env: [
              { name: 'PORT', value: '8000' },
              { name: 'TEXT', value: '{{ .Values.greeting }}' },
            ],
            readinessProbe: { httpGet: { path: '/', port: 8000 }, periodSeconds: 1 },
          },
        ],
      },
    },
  },
}
const CONFIG = `apiVersion: v1
kind: ConfigMap
metadata: { name: shop }
data: { greeting: {{ .Values.greeting | quote }} }
---
apiVersion: v1
kind: Secret
metadata: { name: shop }
stringData: { token: {{ required "token is missing" .Values.token | quote }} }
`
const HOOK = `apiVersion: v1
kind: ConfigMap
metadata: { name: shop-hook, annotations: { helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-delete-policy: "hook-succeeded,before-hook-creation" } }
`

export const FAILING_HOOK = `apiVersion: batch/v1
kind: Job
metadata: { name: shop-migrate, annotations: { helm.sh/hook: "pre-install,pre-upgrade" } }
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: migrate, image: 'jmc.test/site:1', imagePullPolicy: Never, command: [/nowhere] }]
`

/** Its pod works until it is told to end. */
export const SLOW_HOOK = `apiVersion: v1
kind: Pod
metadata: { name: shop-migrate, annotations: { helm.sh/hook: "pre-install,pre-upgrade" } }
spec:
  restartPolicy: Never
  terminationGracePeriodSeconds: 0
  activeDeadlineSeconds: 120
  containers: [{ name: migrate, image: 'jmc.test/site:1', imagePullPolicy: Never, command: [/site, pause] }]
`

export const planOf = (context: string, namespace: string, greeting: string): string =>
  stringify({
    apiVersion: 'jmc-migrate/v1',
    name: 'shop',
    environment: 'development',
    targets: { kubernetes: { context, namespace } },
    states: ['absent', 'deployed'],
    steps: [
      {
        id: 'deploy',
        'deploy-to-kubernetes': {
          helm: { chart: '../chart', release: 'shop', as: 'release', set: { greeting, token: '${env:SHOP_TOKEN}' } },
        },
        reaches: 'deployed',
      },
    ],
    policies: { packs: [] },
  })

/** In a namespace of its own. */
export async function prepareShop(world: World, entry: string, namespace: string): Promise<Shop> {
  const place = join(world.folder, namespace)
  await rm(place, { recursive: true, force: true })
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(place, path)), { recursive: true })
    await writeFile(join(place, path), text)
  }
  const enter = async (command: string, ...words: readonly string[]): Promise<Ended> => {
    const { exitCode, stdout, stderr } = await world.enter(command, words, { cwd: place })
    return { code: exitCode, stdout, stderr }
  }
  const helm = (...words: readonly string[]): Promise<Ended> => enter('helm', ...words, '--namespace', namespace)
  await write('variables.env', `SHOP_TOKEN=${TOKEN}\n`)
  await write('chart/Chart.yaml', 'apiVersion: v2\nname: shop\nversion: 1.0.0\n')
  await write('chart/values.yaml', 'greeting: hello\ntoken: ""\n')
  await write('chart/templates/deployment.yaml', stringify(DEPLOYMENT))
  await write('chart/templates/config.yaml', CONFIG)
  await write('chart/templates/hook.yaml', HOOK)
  await write(PLAN, planOf(world.kubernetes.context, namespace, 'from the plan'))
  const start = (...argv: readonly string[]): Started =>
    startCommand(world, [`--env-file=${join(place, 'variables.env')}`, entry, ...argv], place)
  return {
    start,
    run: (...argv) => start(...argv).ended,
    helm,
    history: async () => {
      const { code, stdout } = await helm('history', 'shop', '--output', 'json')
      return code === 0 ? JSON.parse(stdout) : []
    },
    write,
    greeting: async () => (await enter('kubectl', 'get', 'configmap', 'shop', '-n', namespace, '-o', 'jsonpath={.data.greeting}')).stdout,
    age: async (revision, by) => {
      const secret = ['secret', `sh.helm.release.v1.shop.v${revision}`, '-n', namespace]
      const kept = await kubectl(world, ['get', ...secret, '-o', 'jsonpath={.data.release}'])
      const aged = agedRelease(Buffer.from(kept, 'base64').toString(), by)
      await kubectl(world, ['patch', ...secret, '--patch', JSON.stringify({ stringData: { release: aged } })])
    },
  }
}

/** Helm keeps a revision as JSON, compressed, in base64. */
function agedRelease(text: string, by: number): string {
  const release = JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString()) as { readonly info: { readonly last_deployed: string } }
  const last_deployed = new Date(Date.parse(release.info.last_deployed) - by).toISOString()
  return gzipSync(JSON.stringify({ ...release, info: { ...release.info, last_deployed } })).toString('base64')
}

/** The same world to somebody who has another helm: the one in that folder. */
export const withHelm = (world: World, folder: string): World => ({
  ...world,
  enter: (command, words, options) =>
    world.enter(command, words, { ...options, env: { PATH: `${folder}:${world.environment['PATH'] ?? ''}`, ...options?.env } }),
})
