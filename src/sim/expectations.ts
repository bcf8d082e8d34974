import { formatDuration } from '../model/duration.ts'
import type { Expectation } from '../model/expectation.ts'
import type { Finding } from '../model/finding.ts'
import { FINDING_CODES } from '../model/finding-codes.ts'
import type { ExpectationResult, Measures, RolloutResult, Verdict } from './result.ts'

type Scalar = string | number | boolean | null

/** Measures whose number is a duration in ms, shown as ISO 8601. */
const DURATIONS = new Set([
  'timeToHalt',
  'timeToRecover',
  'timeToRollBack',
  'timeToCapacity',
  'p50',
  'max',
  'duration',
  'startedAt',
  'endedAt',
])

/** Checks one expectation against the measures of a single run. A measure without a sample is undecided, never a pass. */
export function checkExpectation(
  expectation: Expectation,
  measures: Measures,
  findings: readonly Finding[],
): ExpectationResult {
  const { text } = expectation
  if (expectation.aggregate !== undefined)
    return {
      text,
      verdict: 'undecided',
      actual: null,
      reason: `${expectation.aggregate}(…) speaks of many runs; this was one`,
    }
  const { value, known } = measureAt(measures, findings, expectation.measure)
  const path = expectation.measure.join('.')
  if (!known) return { text, verdict: 'undecided', actual: null, reason: `nothing was measured at ${path}` }
  const isDuration = DURATIONS.has(String(expectation.measure[expectation.measure.length - 1]))
  const actual = isDuration && typeof value === 'number' ? formatDuration(value) : value
  // An absent error code is a fact; an absent number is a measure that had no sample.
  const isNullComparison = expectation.value === null || typeof expectation.value === 'string'
  if (value === null && !isNullComparison)
    return { text, verdict: 'undecided', actual: null, reason: `${path} had no sample in this run` }
  return { text, verdict: compare(value, expectation.operator, expectation.value) ? 'pass' : 'fail', actual }
}

/**
 * What one run of many contributes to an expectation: of an aggregate the measured number, of `rate` and of an expectation
 * without an aggregate 1 where it holds and 0 where it does not. Null: this run had no sample.
 */
export function contribution(
  expectation: Expectation,
  measures: Measures,
  findings: readonly Finding[],
): number | null {
  const { aggregate, inner, measure } = expectation
  if (aggregate !== undefined && aggregate !== 'rate') {
    const { value } = measureAt(measures, findings, measure)
    return typeof value === 'number' ? value : null
  }
  const single: Expectation = { text: expectation.text, measure, ...(inner ?? expectation) }
  const { aggregate: _, ...plain } = single
  const { verdict } = checkExpectation(plain, measures, findings)
  return verdict === 'undecided' ? null : verdict === 'pass' ? 1 : 0
}

/** A number of a finished run by its path, as expectations name it; null: no sample. */
export function numberAt(measures: Measures, path: readonly (string | number)[]): number | null {
  const { value } = measureAt(measures, [], path)
  return typeof value === 'number' ? value : null
}

/** All must pass; a failure weighs more than an undecided one. Without expectations a run passes. */
export function overallVerdict(results: readonly { readonly verdict: Verdict }[]): Verdict {
  if (results.some((result) => result.verdict === 'fail')) return 'fail'
  return results.some((result) => result.verdict === 'undecided') ? 'undecided' : 'pass'
}

/** A rollout as expectations address it: `rollouts[0].batches` is the number of batches, times are in ms. */
function rolloutView(rollout: RolloutResult): Readonly<Record<string, unknown>> {
  return {
    ...rollout,
    batches: rollout.batches.length,
    batchList: rollout.batches,
    startedAt: rollout.startedAtMs,
    endedAt: rollout.endedAtMs,
    duration: rollout.endedAtMs === null ? null : rollout.endedAtMs - rollout.startedAtMs,
  }
}

/** What a finished run measured at a path, durations in ms. Unknown: nothing was measured there; a null had no sample. */
export function measureAt(
  measures: Measures,
  findings: readonly Finding[],
  path: readonly (string | number)[],
): { readonly value: Scalar; readonly known: boolean } {
  let value: unknown = measures
  for (let at = 0; at < path.length; at++) {
    const key = path[at]!
    // What a measure shows of findings and rollouts is worked out only for whoever asks: a campaign reads a hundred a run.
    if (at === 0 && key === 'findings') {
      value = findingCounts(findings)
      continue
    }
    if (at === 1 && path[0] === 'rollouts' && typeof key === 'number') {
      const rollout = measures.rollouts[key]
      value = rollout && rolloutView(rollout)
      continue
    }
    if (value === null || typeof value !== 'object') return { value: null, known: false }
    value = Array.isArray(value) && key === 'length' ? value.length : (value as Record<string | number, unknown>)[key]
  }
  if (value === undefined || (typeof value === 'object' && value !== null)) return { value: null, known: false }
  return { value: value as Scalar, known: true }
}

/** `findings.count`, and for every code of the catalogue how often it was found. */
function findingCounts(findings: readonly Finding[]): Record<string, number> {
  const counts: Record<string, number> = Object.fromEntries(FINDING_CODES.map(({ code }) => [code, 0]))
  for (const { code } of findings) counts[code] = (counts[code] ?? 0) + 1
  return { ...counts, count: findings.length }
}

/** `actual operator expected`. */
export function compare(actual: Scalar, operator: Expectation['operator'], expected: Scalar): boolean {
  switch (operator) {
    case '==':
      return actual === expected
    case '!=':
      return actual !== expected
    case '<':
      return isOrdered(actual, expected) && actual! < expected!
    case '<=':
      return isOrdered(actual, expected) && actual! <= expected!
    case '>':
      return isOrdered(actual, expected) && actual! > expected!
    case '>=':
      return isOrdered(actual, expected) && actual! >= expected!
    default:
      return operator satisfies never
  }
}

const isOrdered = (a: Scalar, b: Scalar): boolean => typeof a === 'number' && typeof b === 'number'
