/** A platform as OCI index entries name it: `linux/amd64`, `linux/arm64/v8`. */
export type Platform = string

/** What a registry says of an image, for one platform. */
export interface ImageFacts {
  /** As the manifests name it. */
  readonly reference: string
  /** Of the index where there is one, else of the manifest: `sha256:…`. */
  readonly digest: string
  readonly platforms: readonly Platform[]
  /** Of the platform asked for; undefined: not built for it. */
  readonly image?: {
    readonly platform: Platform
    /** `Config.User` of the image's configuration; '' where none is set (root). */
    readonly user: string
    readonly healthCheck: boolean
    /** Sum of the compressed layers, bytes. */
    readonly compressedBytes: number
  }
}

/** `unseen`: nobody could look; never to be read as good. */
export type ImageLook =
  | { readonly seen: 'yes'; readonly facts: ImageFacts }
  | { readonly seen: 'absent'; readonly reason: string }
  | { readonly seen: 'unseen'; readonly reason: string; readonly next: readonly string[] }

export interface ImageQuestion {
  readonly reference: string
  readonly platform: Platform
  /** Content of the `kubernetes.io/dockerconfigjson` pull secrets that the pod names, in order; the user's own docker config comes after them. */
  readonly dockerConfigs: readonly string[]
}

/** Image registries, over the OCI distribution API. Reads manifests and configurations, never layers. */
export interface ImagePort {
  look(question: ImageQuestion): Promise<ImageLook>
}
