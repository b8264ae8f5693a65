import type { BuildOptions } from 'esbuild'

export const options: BuildOptions & { readonly metafile: true }
