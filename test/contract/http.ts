import { describe, expect, it } from 'vitest'
import type { ContractWorld } from './world.ts'

/** How a visitor's failures are named: the gate http, the soak and every look at the site decide by it. */
export function httpContract(world: () => ContractWorld): void {
  const ask = () => world().http.visitor.ask.bind(world().http.visitor)
  const trusting = () => ({ connectTo: world().http.visitors, ca: world().http.authority })

  describe('a visitor', () => {
    it('of the site gets an answer over TLS, with a certificate for its name', async () => {
      expect(await ask()({ url: `https://${world().http.site}/no-router-matches`, ...trusting() })).toMatchObject({
        ok: true,
        status: 404,
        certificate: { authorized: true, altNames: expect.arrayContaining([world().http.site]) },
      })
    })

    it("of another name is shown Traefik's own certificate, which nobody trusts", async () => {
      const seen = await ask()({ url: 'https://other.contract.test/', ...trusting() })
      expect(seen).toMatchObject({
        ok: false,
        failure: 'tls',
        detail: expect.stringContaining('self-signed'),
        certificate: { authorized: false, subject: 'CN=TRAEFIK DEFAULT CERT' },
      })
      expect(await ask()({ url: 'https://other.contract.test/', ...trusting(), insecureSkipVerify: true })).toMatchObject({ ok: true })
    })

    it('who does not trust the authority is told that the certificate is not trusted, and shown it', async () => {
      const { visitor, visitors, site } = world().http
      expect(await visitor.ask({ url: `https://${site}/`, connectTo: visitors })).toMatchObject({
        ok: false,
        failure: 'tls',
        detail: expect.stringContaining('an authority that is not trusted'),
        certificate: { authorized: false, altNames: expect.arrayContaining([site]) },
      })
    })

    it('where nobody listens is refused', async () => {
      expect(await ask()({ url: `http://${world().http.nobody}/` })).toMatchObject({ ok: false, failure: 'refused' })
    })

    it('whom nobody answers gives up when its time is over, and says how far it came', async () => {
      const seen = await world().http.askSilent({ timeoutMs: 400 })
      expect(seen).toMatchObject({ ok: false, failure: 'timeout', detail: 'TCP stood, but TLS did not within 400 ms' })
    })

    it('whose server dies while it is asked is cut off', async () => {
      expect(await world().http.askDying()).toMatchObject({ ok: false, failure: 'reset' })
    })
  })
}
