import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { namesFromHere } from '../../src/cli/names-from-here.ts'

let root = ''
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'jmc-names-')))
  for (const folder of ['plans/kubernetes', 'plans/shop/web', 'charts/shop', 'base', 'plans/base'])
    await mkdir(join(root, folder), { recursive: true })
  for (const file of ['plans/kubernetes/web.yaml', 'plans/values.yaml']) await writeFile(join(root, file), '')
})
afterAll(() => rm(root, { recursive: true, force: true }))

const named = (file: string, here = root): string | undefined =>
  namesFromHere('plans/site.yaml', join(root, 'plans'), here).problem({ code: 'x', summary: '', next: [], location: { file } }).location
    ?.file

it.each([
  ['a file of the plan', 'kubernetes/web.yaml', 'plans/kubernetes/web.yaml'],
  ['one beside its folder', '../charts/shop', 'charts/shop'],
  ['the plan, as it was typed', 'plans/site.yaml', 'plans/site.yaml'],
  ['what leads to nothing there', 'policies/workloads.yaml', 'policies/workloads.yaml'],
])('%s is named from here', (_, file, name) => expect(named(file)).toBe(name))

it('far outside the absolute path is shorter', () => {
  expect(named('kubernetes/web.yaml', join(root, 'a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t'))).toBe(join(root, 'plans/kubernetes/web.yaml'))
  expect(named('kubernetes/web.yaml', join(root, 'plans/kubernetes'))).toBe('web.yaml')
})

it('and so are paths in sentences and in what to type, but no other words', () => {
  const { problem } = namesFromHere('plans/site.yaml', join(root, 'plans'), root)
  const said = problem({
    code: 'x',
    summary: 'the chart ../charts/shop does not render; Deployment/web stays, see https://example.org/kubernetes/web.yaml.',
    details: ['kubernetes/web.yaml:3 is wrong'],
    next: ['see it alone: kubectl kustomize kubernetes', 'helm template ../charts/shop --values kubernetes/web.yaml'],
  })
  expect(said).toMatchObject({
    summary: 'the chart charts/shop does not render; Deployment/web stays, see https://example.org/kubernetes/web.yaml.',
    details: ['plans/kubernetes/web.yaml:3 is wrong'],
    next: ['see it alone: kubectl kustomize plans/kubernetes', 'helm template charts/shop --values plans/kubernetes/web.yaml'],
  })
})

const said = (text: string, here = root): string => namesFromHere('plans/site.yaml', join(root, 'plans'), here).words(text)

it.each([
  ['an image is none, although a folder has its name', 'image shop/web:1.2 cannot be pulled: docker pull shop/web@sha256:0abc'],
  ['nor is an object', 'pod shop/web is gone'],
  ['nor is what stands nowhere', 'shop/other.yaml:3 and a/b/c'],
])('%s', (_, text) => expect(said(text)).toBe(text))

it.each([
  [
    'the name of a file without a slash, after what takes one',
    'helm template ../charts/shop --values values.yaml',
    'helm template charts/shop --values plans/values.yaml',
  ],
  [
    'a folder that is still to be made',
    'helm dependency build shop && (cd shop/charts && ls)',
    'helm dependency build plans/shop && (cd plans/shop/charts && ls)',
  ],
  ['a chart', 'the chart shop/web: it does not render', 'the chart plans/shop/web: it does not render'],
])('%s', (_, text, expected) => expect(said(text)).toBe(expected))

it('what was named from here is not taken for the plan’s own again', () => {
  expect(said('kubectl kustomize base', join(root, 'plans/kubernetes'))).toBe('kubectl kustomize ../base')
})
