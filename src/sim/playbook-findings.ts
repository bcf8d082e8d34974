import type { Finding } from '../model/finding.ts'
import type { Run } from './run.ts'
import type { Mechanisms } from './timeline.ts'

/** The rows of the article's troubleshooting table that only a run can show. */
export function playbookFindings(_run: Run, _mechanisms: Mechanisms): Finding[] {
  return []
}
