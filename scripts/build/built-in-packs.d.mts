import type { Plugin } from 'esbuild'

export const whereSourceIs: Readonly<Record<string, string>>
export const builtInPacks: Plugin
