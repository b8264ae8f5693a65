import type { Problem } from '../../domain/problem.ts'

/** The file is missing, unreadable, no YAML, or names files that are not there. */
export function kubeconfigUnusable(kubeconfig: string | undefined, thrown: unknown): Problem {
  const where = kubeconfig ?? 'the kubeconfig (KUBECONFIG, or ~/.kube/config)'
  return {
    code: 'kubeconfig-unusable',
    summary: `${where} cannot be used: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    attempted: 'read the credentials of the Kubernetes cluster',
    next: ['check the path in targets.kubernetes.kubeconfig or in KUBECONFIG', '`kubectl config view` shows what kubectl reads from it'],
    effect: 'no',
  }
}

export function contextMissing(context: string, known: readonly string[]): Problem {
  return {
    code: 'kubeconfig-context-missing',
    summary: `the kubeconfig has no usable context ${JSON.stringify(context)}`,
    attempted: 'read the credentials of the Kubernetes cluster',
    details: [known.length === 0 ? 'it has no contexts' : `it has: ${known.join(', ')}`],
    next: ['set targets.kubernetes.context to one of them', '`kubectl config get-contexts` lists them'],
    effect: 'no',
  }
}

/** `installHint` is what the kubeconfig says for people who lack the plugin; client-node keeps it to itself. */
export function execPluginFailed(plugin: { readonly command: string; readonly installHint?: string }, thrown: unknown): Problem {
  const missing = thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT'
  const said = thrown instanceof Error ? thrown.message.trim() : String(thrown)
  return {
    code: missing ? 'kubernetes-exec-plugin-missing' : 'kubernetes-exec-plugin-failed',
    summary: missing
      ? `the credential plugin ${JSON.stringify(plugin.command)} is not installed`
      : `the credential plugin ${JSON.stringify(plugin.command)} gave no credentials`,
    attempted: 'get credentials for the Kubernetes cluster',
    ...(said !== '' && { details: said.split('\n').slice(0, 10) }),
    next: [
      ...(plugin.installHint === undefined ? [] : plugin.installHint.trim().split('\n')),
      missing ? `install ${plugin.command}, or put it on the PATH` : `run ${plugin.command} by hand and see what it wants (a login?)`,
    ],
    effect: 'no',
  }
}
