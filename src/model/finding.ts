import type { SourcePlace } from './diagnostic.ts'

export type Severity = 'error' | 'warning' | 'info'

/**
 * Something worth telling about what is declared, found without or after playing it. `code` is permanent and `explain`
 * prints it; `rules` are rule ids of the catalogue.
 */
export interface Finding {
  readonly code: string
  readonly title: string
  readonly severity: Severity
  /** The resource and property it is about, e.g. `vmss-authz: upgradePolicy.rollingUpgradePolicy`. */
  readonly where: string
  readonly place?: SourcePlace
  /** Facts that show it, each one sentence. */
  readonly evidence: readonly string[]
  readonly rules: readonly string[]
  /** The exact `az` command that would confirm it. */
  readonly confirm?: string
  readonly fix?: string
}
