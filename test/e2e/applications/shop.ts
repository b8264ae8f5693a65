import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import type { Ended } from '../command.ts'
import { startCommand } from '../world/command-line.ts'
import type { World } from '../world/world.ts'

/** A chart of the user's own, and a plan that deploys it as a release. */
export interface Shop {
  run(...argv: readonly string[]): Promise<Ended>
  helm(...words: readonly string[]): Promise<Ended>
  /** The whole history, as helm tells it. */
  history(): Promise<readonly { readonly revision: number; readonly status: string; readonly description: string }[]>
  write(path: string, text: string): Promise<void>
  greeting(): Promise<string>
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

export const planOf = (context: string, greeting: string): string =>
  stringify({
    apiVersion: 'jmc-migrate/v1',
    name: 'shop',
    environment: 'development',
    targets: { kubernetes: { context, namespace: 'shop' } },
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

export async function prepareShop(world: World, entry: string): Promise<Shop> {
  const place = join(world.folder, 'shop')
  await rm(place, { recursive: true, force: true })
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(place, path)), { recursive: true })
    await writeFile(join(place, path), text)
  }
  const enter = async (command: string, ...words: readonly string[]): Promise<Ended> => {
    const { exitCode, stdout, stderr } = await world.enter(command, words, { cwd: place })
    return { code: exitCode, stdout, stderr }
  }
  const helm = (...words: readonly string[]): Promise<Ended> => enter('helm', ...words, '--namespace', 'shop')
  await write('variables.env', `SHOP_TOKEN=${TOKEN}\n`)
  await write('chart/Chart.yaml', 'apiVersion: v2\nname: shop\nversion: 1.0.0\n')
  await write('chart/values.yaml', 'greeting: hello\ntoken: ""\n')
  await write('chart/templates/deployment.yaml', stringify(DEPLOYMENT))
  await write('chart/templates/config.yaml', CONFIG)
  await write('chart/templates/hook.yaml', HOOK)
  await write(PLAN, planOf(world.kubernetes.context, 'from the plan'))
  return {
    run: (...argv) => startCommand(world, [`--env-file=${join(place, 'variables.env')}`, entry, ...argv], place).ended,
    helm,
    history: async () => {
      const { code, stdout } = await helm('history', 'shop', '--output', 'json')
      return code === 0 ? JSON.parse(stdout) : []
    },
    write,
    greeting: async () => (await enter('kubectl', 'get', 'configmap', 'shop', '-n', 'shop', '-o', 'jsonpath={.data.greeting}')).stdout,
  }
}
