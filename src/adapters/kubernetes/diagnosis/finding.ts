/** What is wrong with a pod. */
export interface Finding {
  /** True: waiting does not help. */
  readonly fatal: boolean
  /** One clause for a person: "container website of pod x crashes: exit code 1". */
  readonly reason: string
  /** Lines with pod, container, reason and message, as the cluster has them. */
  readonly evidence: readonly string[]
}
