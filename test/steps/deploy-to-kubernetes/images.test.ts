import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import type { ImageLook, ImagePort, ImageQuestion } from '../../../src/domain/ports/images.ts'
import type { KubernetesObject } from '../../../src/domain/ports/kubernetes.ts'
import { ProblemError } from '../../../src/domain/problem.ts'
import type { RenderedObject } from '../../../src/domain/rendered-object.ts'
import { imageFacts, imageFindings } from '../../../src/steps/deploy-to-kubernetes/images-findings.ts'
import { inspectImages } from '../../../src/steps/deploy-to-kubernetes/images.ts'
import { FakeWorld } from '../../fakes/ports/world.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`

const rendered = (yaml: string): readonly RenderedObject[] =>
  parseAllDocuments(yaml).map((document) => ({
    object: document.toJS() as KubernetesObject,
    step: 'deploy',
    source: { file: 'shop.yaml', line: 1, column: 1 },
  }))

const deployment = (name: string, pod: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec: { template: { spec: ${pod} } }
`

interface NodeFields {
  readonly architecture?: string
  readonly ready?: string
  readonly images?: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
  readonly spec?: Readonly<Record<string, unknown>>
}

/** A cluster with these nodes, and a registry that has all images for all platforms unless told. */
class Stage {
  readonly world = new FakeWorld()
  readonly asked: ImageQuestion[] = []
  answer: (question: ImageQuestion) => ImageLook = ({ reference, platform }) => ({
    seen: 'yes',
    facts: {
      reference,
      digest: DIGEST,
      platforms: [platform],
      image: { platform, user: '1000', healthCheck: true, compressedBytes: 12_345_678 },
    },
  })
  readonly images: ImagePort = {
    look: async (question) => {
      this.asked.push(question)
      return this.answer(question)
    },
  }

  node(name: string, { architecture = 'amd64', ready = 'True', images = [], labels = {}, spec = {} }: NodeFields = {}): this {
    this.world.kubernetes.create({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels },
      spec,
      status: {
        nodeInfo: { architecture, operatingSystem: 'linux' },
        conditions: [{ type: 'Ready', status: ready }],
        images: images.map((image) => ({ names: [image] })),
      },
    } as KubernetesObject)
    return this
  }

  object(yaml: string): this {
    for (const { object } of rendered(yaml)) this.world.kubernetes.create(object)
    return this
  }

  inspect(yaml: string) {
    return inspectImages({ kubernetes: this.world.kubernetes, images: this.images }, rendered(yaml), { namespace: 'default' })
  }

  async looks(yaml: string) {
    return (await this.inspect(yaml)).map(({ image, platform, look }) => [image, platform, look.seen])
  }
}

describe('the images of a plan', () => {
  it('are those of all containers of all that runs pods, each asked for once', async () => {
    const stage = new Stage().node('one').node('two')
    const template = (image: string): string => `{ spec: { containers: [{ image: ${image} }] } }`
    const yaml = [
      deployment('a', '{ initContainers: [{ image: init:1 }], containers: [{ image: shop:1 }, { image: side:1 }] }'),
      deployment('b', '{ containers: [{ image: shop:1 }] }'),
      `{ apiVersion: v1, kind: Pod, metadata: { name: p }, spec: { containers: [{ image: pod:1 }] } }`,
      `{ apiVersion: batch/v1, kind: Job, metadata: { name: j }, spec: { template: ${template('job:1')} } }`,
      `{ apiVersion: batch/v1, kind: CronJob, metadata: { name: c }, spec: { jobTemplate: { spec: { template: ${template('cron:1')} } } } }`,
      `{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: s }, spec: { template: ${template('set:1')} } }`,
      `{ apiVersion: example/v1, kind: Deployment, metadata: { name: x }, spec: { template: ${template('none:1')} } }`,
    ].join('\n---\n')
    const inspected = await stage.inspect(yaml)
    expect(inspected.map(({ image }) => image)).toEqual(['init:1', 'shop:1', 'side:1', 'pod:1', 'job:1', 'cron:1', 'set:1', 'none:1'])
    expect(inspected[1]).toMatchObject({ platform: 'linux/amd64', usedBy: ['Deployment/a', 'Deployment/b'] })
    // Of a kind that nobody knows it is said that nobody looked, and nothing is asked.
    expect(stage.asked).toHaveLength(7)
    expect(imageFindings(inspected).at(-1)).toMatchObject({
      verdict: 'warn',
      problem: { code: 'image-not-seen', summary: expect.stringMatching(/none:1.*Deployment\/x \(example\/v1\)/) },
    })
  })

  it('are asked for the platforms of the nodes on which their pods may run', async () => {
    const stage = new Stage()
      .node('one', { labels: { disk: 'fast', zone: 'a' } })
      .node('two', { architecture: 'arm64', labels: { zone: 'b' } })
      .node('sleeping', { architecture: 's390x', ready: 'Unknown' })
      .node('cordoned', { architecture: 'ppc64le', spec: { unschedulable: true } })
      .node('tainted', { architecture: 'riscv64', spec: { taints: [{ key: 'only', value: 'ours', effect: 'NoSchedule' }] } })
      .node('disliked', { architecture: 'arm64', spec: { taints: [{ key: 'slow', effect: 'PreferNoSchedule' }] } })
    const platforms = async (pod: string): Promise<readonly unknown[]> =>
      (await stage.inspect(deployment('a', `{ ${pod} containers: [{ image: shop:1 }] }`))).map(({ platform }) => platform)
    const affinity = (term: string): string =>
      `affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [${term}] } } },`
    expect(await platforms('')).toEqual(['linux/amd64', 'linux/arm64'])
    expect(await platforms('nodeSelector: { disk: fast },')).toEqual(['linux/amd64'])
    expect(await platforms('nodeSelector: { disk: slow },')).toEqual([undefined])
    expect(await platforms(affinity('{ matchExpressions: [{ key: zone, operator: In, values: [b, c] }] }'))).toEqual(['linux/arm64'])
    expect(
      await platforms(affinity('{ matchExpressions: [{ key: zone, operator: NotIn, values: [b] }, { key: disk, operator: Exists }] }')),
    ).toEqual(['linux/amd64'])
    expect(await platforms(affinity('{ matchFields: [{ key: metadata.name, operator: In, values: [two] }] }'))).toEqual(['linux/arm64'])
    expect(await platforms(affinity('{}'))).toEqual([undefined])
    expect(await platforms('tolerations: [{ key: only, operator: Equal, value: ours }],')).toContain('linux/riscv64')
    expect(await platforms('tolerations: [{ operator: Exists }],')).toContain('linux/riscv64')
    expect(await platforms('tolerations: [{ key: only, value: others }],')).not.toContain('linux/riscv64')
  })

  it('are asked for with the pull secrets of their pods, else of the service account; those of the plan come first', async () => {
    const base64 = (text: string): string => Buffer.from(text).toString('base64')
    const secret = (name: string, fields: string): string =>
      `{ apiVersion: v1, kind: Secret, metadata: { name: ${name}, namespace: default }, ${fields} }`
    const stage = new Stage()
      .node('one')
      .object(secret('there', `data: { .dockerconfigjson: ${base64('there')} }`))
      .object(secret('old', `data: { .dockercfg: ${base64('{"h":{}}')} }`))
      .object(secret('other', 'data: {}'))
      .object(
        '{ apiVersion: v1, kind: ServiceAccount, metadata: { name: default, namespace: default }, imagePullSecrets: [{ name: there }] }',
      )
    const yaml = [
      deployment('a', '{ containers: [{ image: a:1 }] }'),
      deployment('b', '{ imagePullSecrets: [{ name: new }, { name: old }], containers: [{ image: b:1 }] }'),
      deployment('c', '{ serviceAccountName: robot, containers: [{ image: c:1 }] }'),
      deployment('d', '{ imagePullSecrets: [{ name: missing }, { name: other }], containers: [{ image: d:1 }] }'),
      secret('new', 'stringData: { .dockerconfigjson: new }').replace(', namespace: default', ''),
    ].join('\n---\n')
    stage.answer = () => ({ seen: 'unseen', reason: 'no', next: ['log in'] })
    const inspected = await stage.inspect(yaml)
    expect(stage.asked.map(({ reference, dockerConfigs }) => [reference, dockerConfigs])).toEqual([
      ['a:1', ['there']],
      ['b:1', ['new', '{"auths":{"h":{}}}']],
      ['c:1', []],
      ['d:1', []],
    ])
    expect(inspected[3]?.look).toMatchObject({
      next: ['log in', 'the pull secret default/missing does not exist', 'the pull secret default/other holds no docker configuration'],
    })
  })

  it('that are never pulled are on the nodes or not seen, and no registry is asked', async () => {
    const stage = new Stage().node('one', { images: ['docker.io/library/shop:latest', 'docker.io/library/all:1'] })
    const yaml = (image: string): string => deployment('a', `{ containers: [{ image: ${image}, imagePullPolicy: Never }] }`)
    expect(await stage.looks(yaml('shop:latest'))).toEqual([['shop:latest', 'linux/amd64', 'on-nodes']])
    stage.node('two', { images: ['docker.io/library/all:1'] })
    const [inspected] = await stage.inspect(yaml('shop:latest'))
    expect(inspected?.look).toMatchObject({ seen: 'unseen', reason: expect.stringContaining('two does not list it') })
    expect(await stage.looks(yaml('all:1'))).toEqual([['all:1', 'linux/amd64', 'on-nodes']])
    expect(stage.asked).toEqual([])
  })

  it('that nodes have already need no registry, unless it is asked every time', async () => {
    const stage = new Stage().node('one', { images: ['registry.example/shop:1', 'registry.example/shop:latest'] })
    stage.answer = () => ({ seen: 'absent', reason: 'gone' })
    const looks = async (container: string): Promise<unknown> =>
      (await stage.looks(deployment('a', `{ containers: [{ ${container} }] }`)))[0]?.[2]
    expect(await looks('image: registry.example/shop:1')).toBe('on-nodes')
    expect(await looks('image: registry.example/shop:1, imagePullPolicy: Always')).toBe('absent')
    expect(await looks('image: registry.example/shop')).toBe('absent')
    expect(await looks('image: registry.example/shop, imagePullPolicy: IfNotPresent')).toBe('on-nodes')
    expect(await looks('image: registry.example/shop:2')).toBe('absent')
  })

  it('are not seen where nobody may list nodes; one that is absent is so for all', async () => {
    const stage = new Stage()
    const yaml = deployment('a', '{ containers: [{ image: shop:1 }] }')
    const unknown = { seen: 'unseen', reason: expect.stringContaining('no node of the cluster is ready') }
    expect((await stage.inspect(yaml))[0]?.look).toMatchObject(unknown)
    stage.world.kubernetes.list = () =>
      Promise.reject(new ProblemError({ code: 'forbidden', summary: 'you may not', next: [], effect: 'no' }))
    expect((await stage.inspect(yaml))[0]?.look).toMatchObject({ seen: 'unseen', reason: expect.stringContaining('you may not') })
    stage.answer = () => ({ seen: 'absent', reason: 'gone' })
    expect((await stage.inspect(yaml))[0]?.look).toMatchObject({ seen: 'absent' })
  })

  it('none, and nobody is asked anything', async () => {
    const stage = new Stage()
    stage.world.kubernetes.list = () => expect.fail('nodes were asked for')
    expect(await stage.inspect('{ apiVersion: v1, kind: ConfigMap, metadata: { name: c } }')).toEqual([])
  })
})

describe('what is said of images', () => {
  it('is a pass only where they were seen; the digest is shown', async () => {
    const stage = new Stage().node('one', { images: ['docker.io/library/have:1'] })
    const answers: Readonly<Record<string, ImageLook>> = {
      'gone:1': { seen: 'absent', reason: 'docker.io has no library/gone:1' },
      'dark:1': { seen: 'unseen', reason: 'no route', next: ['look'] },
      'have:1': { seen: 'unseen', reason: 'no route', next: ['look'] },
    }
    const whole = stage.answer
    stage.answer = (question) => answers[question.reference] ?? whole(question)
    const containers = ['shop:1', ...Object.keys(answers)].map((image) => `{ image: '${image}' }`).join(', ')
    const inspected = await stage.inspect(deployment('a', `{ containers: [${containers}] }`))
    expect(imageFindings(inspected)).toMatchObject([
      { verdict: 'pass', what: `image shop:1 is ${DIGEST} for linux/amd64, 12.3 MB compressed` },
      { verdict: 'fail', problem: { code: 'image-absent', summary: expect.stringContaining('gone:1') } },
      {
        verdict: 'warn',
        problem: { code: 'image-not-seen', summary: 'nobody could see image dark:1 for linux/amd64: no route', next: ['look'] },
      },
      { verdict: 'pass', what: 'image have:1 is on one' },
    ])
    expect(imageFacts(inspected).map(({ reference }) => reference)).toEqual(['shop:1'])
  })

  it('rules hear of a platform that is lacking, and of the largest of the others', async () => {
    const stage = new Stage().node('one').node('two', { architecture: 'arm64' }).node('three', { architecture: 's390x' })
    const sizes: Readonly<Record<string, number>> = { 'linux/amd64': 10, 'linux/arm64': 20 }
    stage.answer = ({ reference, platform }) => {
      const compressedBytes = sizes[platform]
      const image = compressedBytes !== undefined && { image: { platform, user: '', healthCheck: false, compressedBytes } }
      return { seen: 'yes', facts: { reference, digest: DIGEST, platforms: Object.keys(sizes), ...image } }
    }
    const facts = imageFacts(await stage.inspect(deployment('a', '{ containers: [{ image: shop:1 }] }')))
    expect(facts.map(({ image }) => image?.compressedBytes)).toEqual([20, undefined])
  })
})
