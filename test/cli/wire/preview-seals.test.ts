import { expect, it } from 'vitest'
import { createRedaction } from '../../../src/adapters/secrets/redaction.ts'
import { redacted } from '../../../src/cli/redact.ts'
import { sealedDifference, sealPreviews } from '../../../src/cli/wire/preview-seals.ts'
import type { StepPreview } from '../../../src/domain/event.ts'
import { DEPLOY } from '../fake-application.ts'

const SECRET = 'correct horse'

const writing = (secret: string): StepPreview => ({
  ...DEPLOY,
  changes: [
    ...DEPLOY.changes,
    {
      system: 'kubernetes',
      object: 'Secret default/web',
      action: 'create',
      after: { data: { password: btoa(secret) }, stringData: { url: `db://u:${secret}@h` } },
    },
  ],
})

function world(secret: string): { readonly preview: StepPreview; readonly redact: (text: string) => string } {
  const redaction = createRedaction()
  redaction.add(secret, '${env:PASSWORD}')
  return { preview: writing(secret), redact: (text) => redaction.redact(text) }
}

async function saved(): Promise<{ readonly preview: StepPreview; readonly seals: Awaited<ReturnType<typeof sealPreviews>> }> {
  const { preview, redact } = world(SECRET)
  return redacted({ preview, seals: await sealPreviews([preview], redact) }, redact)
}

it('a preview saved without its secrets fits the same secrets, and holds none', async () => {
  const { preview, seals } = await saved()
  expect(JSON.stringify({ preview, seals })).not.toContain(SECRET)
  const now = world(SECRET)
  expect(await sealedDifference(preview, now.preview, seals, now.redact)).toEqual([])
})

it('another secret is another effect, and is told without it', async () => {
  const { preview, seals } = await saved()
  const now = world('battery staple')
  const told = await sealedDifference(preview, now.preview, seals, now.redact)
  expect(told).toEqual(['deploy: a secret that it writes is another than when the preview was saved'])
})

it('what is no secret is still held, and named', async () => {
  const { preview, seals } = await saved()
  const { preview: fresh, redact } = world(SECRET)
  const changes = fresh.changes.map((change) =>
    change.action === 'update' ? { ...change, after: { spec: { ports: [{ port: 81 }] } } } : change,
  )
  expect(await sealedDifference(preview, { ...fresh, changes }, seals, redact)).toEqual([
    'deploy: what "update kubernetes Service default/web" would write is different',
  ])
})

it('equal secrets in two previews do not look equal; where there is none, nothing is sealed', async () => {
  const [one, two] = [await saved(), await saved()]
  expect(one.seals?.steps['deploy']).toMatch(/^[0-9a-f]{64}$/)
  expect(one.seals?.steps['deploy']).not.toBe(two.seals?.steps['deploy'])
  expect(await sealPreviews([DEPLOY], world(SECRET).redact)).toBeUndefined()
  expect(await sealedDifference(DEPLOY, DEPLOY, undefined, world(SECRET).redact)).toEqual([])
})

it('a seal is not broken by a secret of four digits that it happens to hold', async () => {
  const { redact } = world('abcd')
  const seals = { salt: 'xabcdx', steps: { deploy: '00abcd00' } }
  expect(redacted({ seals, sha256: 'abcd', other: 'abcd' }, redact)).toEqual({ seals, sha256: 'abcd', other: '${env:PASSWORD}' })
})

it('what could not be checked when it was saved is none of what is held', async () => {
  const { preview, redact } = world(SECRET)
  const unchecked = { ...preview, changes: preview.changes.map((change) => ({ ...change, notCheckable: 'there is no namespace web' })) }
  const [sealed] = [redacted({ preview: unchecked, seals: await sealPreviews([unchecked], redact) }, redact)]
  expect(await sealedDifference(sealed.preview, world(SECRET).preview, sealed.seals, redact)).toEqual([])
})
