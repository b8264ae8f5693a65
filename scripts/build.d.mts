import type { BuildOptions, Metafile } from 'esbuild'

export const options: BuildOptions & { readonly metafile: true }
export function buildInto(folder: string, more?: BuildOptions): Promise<Metafile>
