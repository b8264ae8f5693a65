interface From {
  /** Where it stands, for people: `the pull secret`, `/home/me/.docker/config.json`, `docker-credential-pass`. */
  readonly from: string
}

/** Who asks a registry. Never printed. `identity-token`: an OAuth refresh token. */
export type Credential = From &
  (
    | { readonly kind: 'password'; readonly username: string; readonly password: string }
    | { readonly kind: 'identity-token'; readonly token: string }
    /** A token for the registry itself. */
    | { readonly kind: 'registry-token'; readonly token: string }
  )

export const basicAuthorization = ({ username, password }: Extract<Credential, { readonly kind: 'password' }>): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
