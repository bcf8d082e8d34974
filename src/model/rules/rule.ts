import type { AssumptionName } from '../assumptions.ts'

/**
 * `documented`: a source states it. `ambiguous`: sources disagree, are stale, or it was only seen in practice.
 * `undocumented`: nothing was found; the twin follows a proposal of its own.
 */
export type Confidence = 'documented' | 'ambiguous' | 'undocumented'

/** One fact about the platform. Ids are permanent: code, tests and traces name them. */
export interface Rule {
  readonly id: string
  readonly title: string
  readonly text: string
  /** The page or kind of evidence it rests on, in words. */
  readonly source: string
  readonly confidence: Confidence
  /** What the sources leave open or disagree about. */
  readonly ambiguity?: string
  /** Assumptions that decide what is open. */
  readonly assumptions: readonly AssumptionName[]
}

/** A rule as its file writes it. Which assumptions belong to it is said once, in the catalogue of assumptions. */
export type RuleText = Omit<Rule, 'assumptions'>

/** `open`: the part of a documented rule that is the twin's own proposal. */
export const documented = (id: string, title: string, text: string, source: string, open?: string): RuleText => ({
  id,
  title,
  text,
  source,
  confidence: 'documented',
  ...(open === undefined ? {} : { ambiguity: open }),
})

export const ambiguous = (id: string, title: string, text: string, source: string, ambiguity: string): RuleText => ({
  id,
  title,
  text,
  source,
  confidence: 'ambiguous',
  ambiguity,
})

/** `source` is the nearest precedent, where there is one. */
export const undocumented = (id: string, title: string, text: string, source?: string): RuleText => ({
  id,
  title,
  text,
  source: source ?? 'none found; the behaviour is a proposal of the twin',
  confidence: 'undocumented',
})
