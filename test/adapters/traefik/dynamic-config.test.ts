import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { RouterDefinition } from '../../../src/domain/ports/edge.ts'
import { ProblemError } from '../../../src/domain/problem.ts'
import { editDynamicConfig, owned, readDynamicConfig } from '../../../src/adapters/traefik/dynamic-config.ts'
import { scanOutline } from '../../../src/adapters/traefik/dynamic-config/outline-by-scan.ts'
import { remoteFile, textOf } from './remote-file.ts'

const router: RouterDefinition = {
  rule: 'Host(`www.site.test`)',
  service: 'to-k8s-traefik@other',
  entryPoints: ['websecure'],
  priority: 1_000,
}
const fixture = readFileSync(new URL('../../../fixtures/jayne-martin-counselling/edge/dynamic_conf.yml', import.meta.url), 'utf8')
const read = (content: string | Uint8Array, path?: string) => readDynamicConfig(remoteFile(content, path))
const add = (content: string, definition: RouterDefinition = router, name = 'k8s-jmc') =>
  textOf(editDynamicConfig(read(content), { add: { routers: { [name]: definition } } }).bytes)
/** The text without our router; `original` is the file before our first edit. */
const remove = (content: string, original: string, name = 'k8s-jmc') =>
  textOf(editDynamicConfig(read(content), { remove: { routers: [name] }, original: remoteFile(original) }).bytes)
const isOwned = (content: string, definition: RouterDefinition = router, name = 'k8s-jmc') =>
  owned(read(content), 'routers', name, definition)
const lines = (...all: readonly string[]) => `${all.join('\n')}\n`

function problemOf(act: () => unknown) {
  try {
    act()
  } catch (error) {
    if (error instanceof ProblemError) return error.problem
    throw error
  }
  throw new Error('nothing was refused')
}

describe("the fixture's file", () => {
  it('gets the router right below `routers:`, in the hand of its author', () => {
    const after = add(fixture, {
      ...router,
      service: 'to-k8s-traefik',
      middlewares: ['oauth-auth@docker'],
      tls: { certResolver: 'letsencrypt' },
    })
    const inserted = [
      '        k8s-jmc:',
      '            rule: Host(`www.site.test`)',
      '            entryPoints: [websecure]',
      '            middlewares: [oauth-auth@docker]',
      '            service: to-k8s-traefik',
      '            priority: 1000',
      '            tls:',
      '                certResolver: letsencrypt',
    ].join('\n')
    expect(after).toBe(fixture.replace('    routers:\n', `    routers:\n${inserted}\n`))
  })

  it('names what it defines, and says which keys an edit owns', () => {
    const config = read(fixture)
    expect(config.middlewares).toEqual(['jmc-to-www'])
    expect(editDynamicConfig(config, { add: { routers: { a: router, b: router } } }).ownedKeys).toEqual([
      'http.routers.a',
      'http.routers.b',
    ])
  })
})

describe('the missing keys above a router', () => {
  it.each([
    ['an empty file', ''],
    ['comments only', '# nothing here\n'],
    ['comments without a final newline', '# nothing here'],
    ['no http key', 'tls:\n  options: {}\n'],
    ['http without routers', 'http:\n  services:\n    a: {loadBalancer: {servers: []}}\n'],
    ['http with nothing', 'http:\n'],
    ['http with nothing at the end of the file', 'tls: {}\nhttp:'],
    ['routers with nothing', 'http:\n  routers:   # none\n\n  # later\n'],
    ['a marked document', '---\n# head\ntcp: {}\n'],
    ['a byte order mark', '\uFEFFhttp:\n  routers:\n    a:\n      rule: Path(`/`)\n'],
  ])('are made for %s, and gone again with it', (_, content) => {
    const after = add(content)
    expect(isOwned(after, router)).toEqual({ status: 'ours' })
    expect(remove(after, content)).toBe(content)
  })

  it('stay where somebody else wrote them, even if we hold the last router', () => {
    const original = 'http:\n  routers:\n    theirs:\n      rule: Path(`/`)\n      service: a\n'
    const after = add(original).replace(/ {4}theirs:[^]*$/, '')
    expect(remove(after, original)).toBe('http:\n  routers:\n')
  })

  it('stay when somebody put another router below them meanwhile', () => {
    const after = `${add('')}    theirs:\n      rule: Path(\`/\`)\n`
    expect(remove(after, '')).toBe('http:\n  routers:\n    theirs:\n      rule: Path(`/`)\n')
  })
})

describe('the hand of the author', () => {
  it('is followed in indentation, dashes and line endings', () => {
    const content = [
      'http:',
      '   routers:',
      '      a:',
      '         rule: Path(`/`)',
      '         entryPoints:',
      '         -  web',
      '         service: s',
      '',
    ].join('\r\n')
    expect(add(content, { ...router, tls: { domains: [{ main: 'a.test' }] } })).toContain(
      [
        '      k8s-jmc:',
        '         rule: Host(`www.site.test`)',
        '         entryPoints:',
        '         - websecure',
        '         service: to-k8s-traefik@other',
        '         priority: 1000',
        '         tls:',
        '            domains: [{main: a.test}]',
        '      a:',
      ].join('\r\n'),
    )
  })

  it('is not disturbed by comments that people write into our lines', () => {
    const after = add(fixture).replace(
      '            priority: 1000\n',
      '            # sam: why so high?\n            priority: 1000   # ask\n',
    )
    expect(remove(after, fixture)).toBe(fixture.replace('    routers:\n', '    routers:\n            # sam: why so high?\n'))
  })
})

describe('values that YAML could misread', () => {
  it.each([
    'true',
    'null',
    '5',
    '0755',
    '~',
    'a: b',
    'a #b',
    "it's",
    '"quoted"',
    '- x',
    '{a}',
    '[a]',
    '*a',
    '&a',
    '!a',
    '|',
    '>',
    '%a',
    '@a',
    '`a`',
    'a:',
    ' a',
    'a ',
    '',
    'Größe',
    'a\nb',
    'a\tb',
    '2001-01-01',
    '=',
    '<<',
  ])('%j comes out as it was', (rule) => {
    const definition = { ...router, rule, tls: { options: rule } }
    expect(isOwned(add(fixture, definition), definition)).toEqual({ status: 'ours' })
  })
})

describe('what is refused, with its place', () => {
  const body = ['    a:', '      rule: Path(`/`)', '      service: s']
  it.each<[string, string, string, number | undefined]>([
    ['broken YAML', 'http:\n  routers: [\n', 'edge-file-broken', 3],
    ['an unknown alias', 'http:\n  routers:\n    a: *nowhere\n', 'edge-file-broken', 3],
    ['a list at the top', '- a\n', 'edge-file-broken', 1],
    ['a control character', 'http:\n  a: "\u0007"\n', 'edge-file-broken', 2],
    ['a key twice', lines('http:', '  routers:', ...body, ...body), 'edge-file-duplicate-key', 6],
    ['a key twice deep inside', lines('http:', '  routers:', ...body, '      service: t'), 'edge-file-duplicate-key', 6],
    [
      'a key twice in another case',
      lines('http:', '  routers:', ...body, 'HTTP:', '  services:', '    a: {}'),
      'edge-file-duplicate-key',
      6,
    ],
    ['an anchor on routers', lines('http:', '  routers: &all', ...body), 'edge-file-anchor', 2],
    ['an anchor on http', lines('http: &all', '  routers:', ...body), 'edge-file-anchor', 1],
    ['routers by alias', lines('x: &r', '  a: {rule: Path(`/`)}', 'http:', '  routers: *r'), 'edge-file-anchor', 4],
    [
      'a merge key in routers',
      lines('x: &r', '  b: {rule: Path(`/`)}', 'http:', '  routers:', '    <<: *r', ...body),
      'edge-file-anchor',
      5,
    ],
    ['routers in braces', lines('http:', '  routers: {}'), 'edge-file-flow-map', 2],
    ['http in braces', 'http: {routers: {}}\n', 'edge-file-flow-map', 1],
    ['all in braces', '{http: {routers: {}}}\n', 'edge-file-flow-map', 1],
    ['a tagged map', lines('http:', '  routers: !x', ...body), 'edge-file-unusual', 2],
    ['an explicit key', '? http\n: routers:\n    a: {}\n', 'edge-file-unusual', 1],
    ['routers as a list', 'http:\n  routers:\n    - a\n', 'edge-file-unusual', 2],
    ['two documents', lines('http:', '  routers:', ...body, '---', 'a: b'), 'edge-file-documents', 6],
    ['an end marker where keys would follow', 'tls: {}\n...\n', 'edge-file-documents', 2],
    ['mixed line endings', 'http:\r\n  routers:\n', 'edge-file-line-endings', 1],
    ['a lone carriage return', 'http:\r  routers:\n', 'edge-file-line-endings', 1],
    ['a line separator that only Traefik sees', 'http: # \u2028\n', 'edge-file-line-endings', 1],
    ['a tab as indentation', 'http:\n\trouters:\n', 'edge-file-tabs', 2],
    ['a template block', lines('http:', '  routers:', ...body, '{{ if true }}', '{{ end }}'), 'edge-file-template', 6],
    [
      'a template block in a comment',
      lines('http:', '  routers:', '# {{ range $i, $e := until 3 }}', ...body, '# {{ end }}'),
      'edge-file-template',
      3,
    ],
    [
      'a template that makes keys',
      lines('http:', '  routers:', '    "{{ env "NAME" }}":', '      rule: Path(`/`)'),
      'edge-file-template',
      3,
    ],
    ['a template that eats line ends', lines('http:', '  x: {{ env "A" -}}', '  routers:', ...body), 'edge-file-template', 2],
    ['a template not closed on its line', lines('http:', '  x: {{ env', '    "A" }}'), 'edge-file-template', 2],
  ])('%s', (_, content, code, line) => {
    const problem = problemOf(() => add(content))
    expect({ code: problem.code, line: problem.location?.line }).toEqual({ code, line })
    expect(problem).toMatchObject({ effect: 'no', next: [expect.any(String)] })
    expect(problem.summary).toContain(`/etc/traefik/dynamic_conf.yml:${line ?? ''}`)
  })

  it('a file that is not UTF-8, or not YAML', () => {
    expect(problemOf(() => read(new Uint8Array([0x61, 0xff]))).code).toBe('edge-file-not-utf8')
    expect(problemOf(() => read('[http]', '/etc/traefik/dynamic.toml')).code).toBe('edge-file-not-yaml')
  })

  it('a broken file is said to have been broken before', () => {
    expect(problemOf(() => read('http: [')).summary).toContain('already broken before we touched it')
  })

  it('aliases, anchors and one-value templates elsewhere are not', () => {
    const content = lines(
      'x: &tls {certResolver: le}',
      'http:',
      '  routers:',
      ...body,
      '      tls: *tls',
      '      # {{ env "NOTE" }}',
      '  services:',
      '    s: {loadBalancer: {servers: [{url: "http://{{ env "IP" | default "10.0.0.1" }}:80"}]}}',
    )
    expect(remove(add(content), content)).toBe(content)
  })
})

describe('what forbids adding', () => {
  it.each([
    ['an anchor', (text: string) => text.replace('    routers:\n', '    routers: &all\n')],
    ['a merge key', (text: string) => text.replace('        home-assistant:\n', '        <<: {}\n        home-assistant:\n')],
    ['a twin in another case', (text: string) => `${text}HTTP: {}\n`],
  ])('such as %s that came later, does not forbid to remove what is ours', (_, human) => {
    const edited = human(add(fixture))
    expect(() => add(edited, router, 'another')).toThrow(ProblemError)
    expect(remove(edited, fixture)).toBe(human(fixture))
  })
})

describe('a router that is refused', () => {
  const refusal = (definition: Partial<RouterDefinition>, name = 'k8s-jmc') =>
    problemOf(() => add(fixture, { ...router, ...definition }, name))

  it('by its name, which is used by someone else', () => {
    expect(refusal({}, 'k8s-wiki')).toMatchObject({
      code: 'router-name-taken',
      location: { line: 34, text: expect.stringContaining('k8s-wiki:') },
      details: expect.arrayContaining([expect.stringContaining('wiki.brmartin')]),
    })
  })

  it('by what the file does not define', () => {
    expect(refusal({ service: 'nosuch' })).toMatchObject({
      code: 'service-not-in-edge-file',
      details: [expect.stringContaining('to-k8s-traefik')],
    })
    expect(refusal({ service: 'nosuch@file' }).code).toBe('service-not-in-edge-file')
    expect(refusal({ middlewares: ['oauth-auth'] }).code).toBe('middleware-not-in-edge-file')
  })

  it('by what Traefik would make of it', () => {
    expect(refusal({ rule: 'Host(`{{ env "X" }}`)' }).code).toBe('router-not-writable')
    expect(refusal({ priority: 0 }).code).toBe('router-not-writable')
    expect(refusal({ priority: 2 ** 60 }).code).toBe('router-not-writable')
    expect(refusal({}, 'a b').code).toBe('router-not-writable')
    expect(refusal({}, 'a@file').code).toBe('router-not-writable')
  })
})

describe('whether a router is ours', () => {
  it('is told by its content, in whatever style', () => {
    expect(isOwned(fixture, router)).toEqual({ status: 'absent' })
    const rewritten = add(fixture).replace('entryPoints: [websecure]\n', 'entryPoints:\n              - "websecure"\n')
    expect(isOwned(rewritten, router)).toEqual({ status: 'ours' })
    const changed = add(fixture).replace('priority: 1000', 'priority: 1001')
    expect(isOwned(changed, router)).toMatchObject({ status: 'other', found: { priority: 1001 } })
  })

  it('may be called a number: its name is quoted then', () => {
    expect(add(fixture, router, '123')).toContain("        '123':\n")
    expect(isOwned(add(fixture, router, '123'), router, '123')).toEqual({ status: 'ours' })
  })

  it('does not matter for removing one that is not there', () => {
    const edit = editDynamicConfig(read(fixture), { remove: { routers: ['nosuch'] } })
    expect(textOf(edit.bytes)).toBe(fixture)
    expect(edit.ownedKeys).toEqual([])
  })
})

describe('a file of thousands of routers', () => {
  const many = `http:\n  routers:\n${Array.from({ length: 1_000 }, (_, index) => `    r${index}:\n      rule: Host(\`h${index}.test\`)\n      entryPoints: [websecure]\n      service: s\n      tls: {certResolver: le}\n`).join('')}  services:\n    s: {loadBalancer: {servers: []}}\n`

  it('is edited and given back byte for byte', () => {
    const config = read(many)
    expect(config.routers.length).toBe(1_000)
    const after = add(many, { ...router, service: 's' })
    expect(after.length).toBeGreaterThan(many.length)
    expect(isOwned(after, { ...router, service: 's' })).toEqual({ status: 'ours' })
    expect(remove(after, many)).toBe(many)
    expect(problemOf(() => add(many, router, 'r999')).code).toBe('router-name-taken')
  })

  it.each([
    ['at the end of a line, over a block', '&shared\n        certResolver: le\n'],
    ['before braces on the same line', '&shared { certResolver: le }\n'],
  ])('needs no full parser for an anchor %s', (_, anchored) => {
    const shared = many.replace('{certResolver: le}\n', anchored).replaceAll('{certResolver: le}', '*shared # as above')
    expect(scanOutline({ path: 'x.yml', text: shared })).toBeDefined()
    const after = add(shared, { ...router, service: 's' })
    expect(remove(after, shared)).toBe(shared)
  })

  it('is held to the same rules, also where only the full parser understands it', () => {
    expect(problemOf(() => read(`${many}http:\n  routers: {}\n`)).code).toBe('edge-file-duplicate-key')
    expect(problemOf(() => read(`${many}x: [\n`)).code).toBe('edge-file-broken')
    const odd = `${many}x: |\n  text\n  # not a comment\n`
    expect(remove(add(odd), odd)).toBe(odd)
  })
})
