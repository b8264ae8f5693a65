/** One request as a visitor (or the edge) would make it. */
export interface HttpRequest {
  readonly url: string
  readonly method?: 'GET' | 'HEAD'
  /** Where to connect instead of what DNS says, `host:port`; Host header and SNI stay those of `url`. */
  readonly connectTo?: string
  /** A unix socket that leads to the address (an ssh tunnel); wins over `connectTo`. */
  readonly socketPath?: string
  readonly headers?: Readonly<Record<string, string>>
  /** SNI where it differs from the URL's host. */
  readonly serverName?: string
  /** PEM bundle to trust instead of the system's. */
  readonly ca?: string
  readonly insecureSkipVerify?: boolean
  /** Milliseconds from start to the last byte; 5,000 unless told. */
  readonly timeoutMs?: number
  /** Where the body is cut; 1 MiB unless told. */
  readonly maxBytes?: number
}

export interface PeerCertificate {
  readonly subject: string
  readonly altNames: readonly string[]
  readonly issuer: string
  /** Milliseconds since the epoch. */
  readonly validTo: number
  readonly authorized: boolean
  readonly authorizationError?: string
}

/** Milliseconds since the request began; absent where that point was not reached or does not apply. */
export interface HttpTimings {
  readonly connected?: number
  readonly secured?: number
  readonly firstByte?: number
  readonly done?: number
}

export type HttpExchange =
  | {
      readonly ok: true
      readonly status: number
      /** Lower-case names. */
      readonly headers: Readonly<Record<string, string>>
      /** The body as UTF-8, cut at the request's `maxBytes`. */
      readonly body: string
      readonly timings: HttpTimings
      readonly certificate?: PeerCertificate
    }
  | {
      readonly ok: false
      /** `refused`, `reset`, `timeout`, `dns`, `unreachable`: the network; `tls`: handshake or certificate; `protocol`: not HTTP. */
      readonly failure: 'refused' | 'reset' | 'timeout' | 'dns' | 'unreachable' | 'tls' | 'protocol'
      readonly detail: string
      readonly timings: HttpTimings
      readonly certificate?: PeerCertificate
    }

/** Asks over HTTP. Redirects are never followed, an HTTP error is an answer, and nothing here rejects but an abort: a failure is data. */
export interface VisitorPort {
  ask(request: HttpRequest, signal?: AbortSignal): Promise<HttpExchange>
}
