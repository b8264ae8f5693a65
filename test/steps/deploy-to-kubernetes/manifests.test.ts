import { describe, expect, test } from 'vitest'
import { parseManifests, readManifests } from '../../../src/steps/deploy-to-kubernetes/manifests.ts'
import { fakeFiles } from '../../fakes/ports/files.ts'
import { problemsOf } from '../problem-of.ts'

const named = (name: string, rest = ''): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n${rest}`
const codesOf = async (files: Readonly<Record<string, string>>) =>
  (await problemsOf(readManifests(fakeFiles(files), 'm'))).map((each) => each.code)

describe('reading', () => {
  test('several documents, empty ones, lists within lists', async () => {
    const list = {
      kind: 'List',
      apiVersion: 'v1',
      items: [
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } },
        { kind: 'List', items: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'd' } }] },
      ],
    }
    const files = {
      'm/a.yaml': `---\n${named('a')}---\n# nothing\n---\n${named('b')}`,
      'm/list.json': JSON.stringify(list),
      'm/README.md': 'not this',
    }
    const manifests = await readManifests(fakeFiles(files), 'm')
    expect(manifests.map((each) => `${each.object.metadata.name} ${each.file}:${each.line}`)).toEqual([
      'a m/a.yaml:2',
      'b m/a.yaml:8',
      'c m/list.json:1',
      'd m/list.json:1',
    ])
  })

  test('one file by name, whatever it is called', async () => {
    expect(await readManifests(fakeFiles({ 'm/site.manifest': named('a') }), 'm/site.manifest')).toHaveLength(1)
  })

  test('reads as Kubernetes does: octal modes, yes and no, merge keys; times stay text', () => {
    const data =
      '{ mode: 0644, octal: 0o644, hex: 0x1F, big: 1_000, on: y, no1: Off, when: 2026-11-21, clock: 12:30, base: &base { x: 1 }, more: { <<: *base, z: 2 } }'
    const { manifests, problems } = parseManifests('f', named('a', `data: ${data}`))
    expect(problems).toEqual([])
    expect(manifests[0]?.object['data']).toEqual({
      mode: 420,
      octal: 420,
      hex: 31,
      big: 1_000,
      true: true,
      no1: false,
      when: '2026-11-21',
      clock: '12:30',
      base: { x: 1 },
      more: { x: 1, z: 2 },
    })
  })

  // Seen with kubectl 1.36: `kubectl label --local -f FILE -o json`.
  test('what looks like a number and has no digit in front is text', () => {
    const data = '{ dot: ., letter: e1, capital: E12, signed: -., exponent: 1e1, half: .5, whole: 1., plus: +1.5, long: 1_0.5 }'
    const { manifests } = parseManifests('f', named('a', `data: ${data}`))
    const texts = { dot: '.', letter: 'e1', capital: 'E12', signed: '-.' }
    expect(manifests[0]?.object['data']).toEqual({ ...texts, exponent: 10, half: 0.5, whole: 1, plus: 1.5, long: 10.5 })
  })
})

describe('what is wrong, all at once, with its place', () => {
  test('not YAML, no object, no name, no kind', async () => {
    const files = {
      'm/1.yaml': `${named('a')}---\nkind: [`,
      'm/2.yaml': 'just text',
      'm/3.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { generateName: x- }\n',
      'm/4.yaml': 'apiVersion: v1\nmetadata: { name: x }\n',
      'm/5.yaml': 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n',
    }
    const problems = await problemsOf(readManifests(fakeFiles(files), 'm'))
    expect(new Set(problems.map((each) => each.location?.file))).toEqual(new Set(Object.keys(files)))
    expect(problems.map((each) => each.summary).join('\n')).toMatch(
      /is not valid YAML[^]*not a mapping[^]*generateName[^]*`kind` is missing[^]*kubectl kustomize/,
    )
  })

  test('a duplicate key, a duplicate object (also under another version of its group)', async () => {
    expect(await codesOf({ 'm/a.yaml': named('a', 'data: { x: 1, x: 2 }') })).toEqual(['manifest-not-yaml'])
    expect(await codesOf({ 'm/a.yaml': `${named('a')}---\n${named('a')}` })).toEqual(['duplicate-object'])
    const at = (version: string): string => `{apiVersion: autoscaling/${version}, kind: HorizontalPodAutoscaler, metadata: {name: a}}`
    expect(await codesOf({ 'm/a.yaml': at('v1'), 'm/b.yaml': at('v2') })).toEqual(['duplicate-object'])
  })

  test('nothing there', async () => {
    expect(await codesOf({})).toEqual(['no-manifests'])
    expect(await codesOf({ 'm/a.yaml': '# nothing\n' })).toEqual(['no-manifests'])
  })
})
