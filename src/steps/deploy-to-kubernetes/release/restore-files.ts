import type { RestoreFile } from '../../../domain/step-kind.ts'
import type { ReleaseRecord } from './record.ts'

/** The manifests of both revisions: helm keeps its own history in the cluster alone. */
export function releaseFiles({ release, namespace, manifest, before }: ReleaseRecord): readonly RestoreFile[] {
  const file = (folder: string, text: string, use: string): RestoreFile => ({
    path: `${folder}/${namespace}-${release}.yaml`,
    bytes: new TextEncoder().encode(text),
    use,
  })
  return [
    file('helm', manifest, `the objects of release ${release} as it was deployed: kubectl apply -n ${namespace} -f`),
    ...(before
      ? [
          file(
            'helm-before',
            before.manifest,
            `the objects of its revision ${before.revision}: helm rollback ${release} ${before.revision}`,
          ),
        ]
      : []),
  ]
}
