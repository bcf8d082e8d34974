import type { SourcePlace } from './diagnostic.ts'
import type { Finding, Severity } from './finding.ts'
import { findFindingCode } from './finding-codes.ts'
import { confirmOf } from './playbook.ts'

/** What is particular about one occurrence of a finding of the catalogue. */
export interface Told {
  readonly where: string
  readonly evidence: readonly string[]
  readonly place?: SourcePlace
  /** Names for the command that confirms it. */
  readonly names?: Readonly<Record<string, string>>
  readonly rules?: readonly string[]
  readonly severity?: Severity
}

/**
 * A finding with the title, severity, rules and fix that the catalogue has for its code, and the command of its playbook row.
 *
 * @throws Error when the catalogue has no such code
 */
export function playbookFinding(code: string, { where, evidence, place, names, rules, severity }: Told): Finding {
  const known = findFindingCode(code)
  if (!known) throw new Error(`finding ${code} is not in the catalogue`)
  const confirm = confirmOf(code, names)
  return {
    code,
    title: known.title,
    severity: severity ?? known.severity,
    where,
    ...(place === undefined ? {} : { place }),
    evidence,
    rules: rules ?? known.rules,
    ...(confirm === undefined ? {} : { confirm }),
    fix: known.fix,
  }
}
