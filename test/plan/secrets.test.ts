import { expect, test } from 'vitest'
import { changed, problemsOf } from './fakes.ts'

const SECRET = '8a1c2f34-aaaa-bbbb-cccc-0123456789ab'
const nomad = "nomad: { address: '${env:NOMAD_ADDR}', token: '${env:NOMAD_TOKEN}' }"

test.each([
  ['in a flow map', `nomad: { token: ${SECRET}, regoin: x }`],
  ['in quotes', `nomad: { token: "${SECRET}", regoin: x }`],
  ['in single quotes, with a quoted key', `nomad: { 'token': '${SECRET}', regoin: x }`],
  ['in a block', `nomad:\n    token: ${SECRET} # for the deployment\n    regoin: x`],
  ['in a folded text', `nomad:\n    token: >-\n      ${SECRET}\n    regoin: x`],
  ['in a line that is not YAML', `nomad: { token: ${SECRET}, region: @x }`],
  ['of the wrong type', `nomad: { token: [${SECRET}] }`],
])('a token that is written out %s is never shown', async (_, text) => {
  const problems = await problemsOf(changed(nomad, text))
  expect(problems).not.toEqual([])
  expect(JSON.stringify(problems)).not.toContain(SECRET)
  expect(JSON.stringify(problems)).not.toContain(SECRET.slice(1))
})

test('a template is no secret: its line is shown', async () => {
  const [problem] = await problemsOf(changed("token: '${env:NOMAD_TOKEN}' }", "token: '${env:NOMAD_TOKEN}', regoin: x }"))
  expect(problem?.location?.text).toContain("token: '${env:NOMAD_TOKEN}'")
})

test.each(["'${env:A}'", "'${file:~/.token}'", "'${command:pass show nomad}'", "'prefix-${env:A}'"])(
  '%s is no literal secret',
  async (token) => {
    expect(await problemsOf(changed("token: '${env:NOMAD_TOKEN}'", `token: ${token}`))).toEqual([])
  },
)
