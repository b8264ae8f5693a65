import { z } from 'zod'
import type { HelmContents, HelmRevision } from '../../domain/ports/helm.ts'

const history = z.array(
  z.object({
    revision: z.number(),
    status: z.string(),
    description: z.string().default(''),
    chart: z.string().default(''),
    updated: z.string(),
  }),
)

/** `helm history -o json`, oldest first. */
export const readHistory = (text: string): readonly HelmRevision[] =>
  history
    .parse(JSON.parse(text))
    .map((each) => ({ ...each, updated: Date.parse(each.updated) }))
    .toSorted((a, b) => a.revision - b.revision)

const release = z.object({
  manifest: z.string().default(''),
  hooks: z
    .array(z.object({ path: z.string(), manifest: z.string() }))
    .nullish()
    .transform((each) => each ?? []),
  chart: z.object({ metadata: z.object({ name: z.string(), version: z.string() }) }),
})

/** `helm upgrade --dry-run -o json`; the hooks as `helm get hooks` prints them. */
export function readRelease(text: string): HelmContents & { readonly chart: string } {
  const { manifest, hooks, chart } = release.parse(JSON.parse(text))
  return {
    manifest,
    hooks: hooks.map((each) => `---\n# Source: ${each.path}\n${each.manifest}\n`).join(''),
    chart: `${chart.metadata.name}-${chart.metadata.version}`,
  }
}
