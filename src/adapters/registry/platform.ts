import type { Platform } from '../../domain/ports/images.ts'

interface Parts {
  readonly os: string
  readonly architecture: string
  readonly variant: string
}

/** As containerd writes a platform: `aarch64` is arm64, arm64/v8 and amd64/v1 are the plain ones, plain arm is v7. */
export function normalPlatform(platform: Platform): Platform {
  const { os, architecture, variant } = partsOf(platform)
  return variant === '' ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: 'amd64', 'x86-64': 'amd64', aarch64: 'arm64', armhf: 'arm', i386: '386' }
const PLAIN: Readonly<Record<string, string>> = { amd64: 'v1', arm64: 'v8' }

function partsOf(platform: Platform): Parts {
  const [os = '', named = '', written = ''] = platform.toLowerCase().split('/')
  const architecture = ARCHITECTURES[named] ?? named
  const numbered = /^\d/.test(written) ? `v${written}` : written
  const variant = PLAIN[architecture] === numbered ? '' : numbered
  return { os, architecture, variant: architecture === 'arm' && variant === '' ? 'v7' : variant }
}

/**
 * How well a node of this platform runs what was built for the other: 0 not at all, more is better. A newer variant runs what was built for an
 * older one, never the other way round.
 */
export function fit(node: Platform, built: Platform): number {
  const wanted = partsOf(node)
  const there = partsOf(built)
  if (wanted.os !== there.os || wanted.architecture !== there.architecture) return 0
  if (wanted.variant === there.variant) return Number.MAX_SAFE_INTEGER
  const most = level(wanted)
  const offered = level(there)
  return most !== undefined && offered !== undefined && offered <= most ? offered : 0
}

function level({ architecture, variant }: Parts): number | undefined {
  const written = variant === '' ? PLAIN[architecture] : variant
  const number = /^v(\d+)$/.exec(written ?? '')?.[1]
  return number === undefined ? undefined : Number(number)
}
