import { distance } from 'fastest-levenshtein'
import {
  ASSUMPTIONS,
  type AssumptionDefinition,
  type AssumptionName,
  expectedValues,
  findAssumption,
  formatAssumptionValue,
} from './assumptions.ts'
import { DIAGNOSTIC_CODES, type DiagnosticCode } from './diagnostic-codes.ts'
import { ERROR_CODES, type ErrorCode } from './error-codes.ts'
import { FINDING_CODES, type FindingCode } from './finding-codes.ts'
import { INVARIANT_NAMES, INVARIANTS, type InvariantName } from './invariant-names.ts'
import { playbookRow } from './playbook.ts'
import { DIFFERENCES, type Difference } from './rules/differences.ts'
import { assumptionsOf, RULES } from './rules/index.ts'
import { OUT_OF_SCOPE } from './rules/out-of-scope.ts'
import type { Confidence, Rule } from './rules/rule.ts'
import { WORKED_EXAMPLES, type WorkedExample } from './rules/worked-examples.ts'

export type ExplanationKind =
  | 'rule'
  | 'assumption'
  | 'errorCode'
  | 'diagnostic'
  | 'finding'
  | 'example'
  | 'difference'
  | 'invariant'

/** One entry of any catalogue, as a plain value. Whoever shows it decides how it looks. */
export interface Explanation {
  readonly kind: ExplanationKind
  readonly id: string
  readonly title: string
  readonly text: string
  /** Why this version does not play a rule; absent for one that it plays. */
  readonly notPlayed?: string
  readonly ambiguity?: string
  readonly assumptions: readonly ExplainedAssumption[]
  /** Rule ids it has to do with. */
  readonly rules: readonly string[]
  readonly source?: string
  readonly confidence?: Confidence
  readonly fix?: string
  /** The row of the article's troubleshooting table that a finding belongs to. */
  readonly playbook?: { readonly row: number; readonly symptom: string; readonly cause: string }
  /** The `az` command that would confirm a finding. */
  readonly confirm?: string
}

/** Values are written as in a scenario: durations as ISO 8601. */
export interface ExplainedAssumption {
  readonly name: string
  readonly summary: string
  readonly default: boolean | number | string
  readonly article?: boolean | number | string
  readonly values: readonly { readonly value: boolean | number | string; readonly meaning: string }[]
}

const CATALOGUE: ReadonlyMap<string, () => Explanation> = new Map(
  [
    ...RULES.map((rule) => [rule.id, () => explainRule(rule)] as const),
    ...ASSUMPTIONS.map((assumption) => [assumption.name, () => explainAssumption(assumption)] as const),
    ...ERROR_CODES.map((error) => [error.code, () => explainErrorCode(error)] as const),
    ...DIAGNOSTIC_CODES.map((diagnostic) => [diagnostic.code, () => explainDiagnostic(diagnostic)] as const),
    ...FINDING_CODES.map((finding) => [finding.code, () => explainFinding(finding)] as const),
    ...WORKED_EXAMPLES.map((example) => [example.id, () => explainExample(example)] as const),
    ...DIFFERENCES.map((one) => [one.id, () => explainDifference(one)] as const),
    ...INVARIANT_NAMES.map((name) => [name, () => explainInvariant(name)] as const),
  ].map(([id, make]) => [id.toLowerCase(), make]),
)

/** Every id that `explain` knows, as it is spelled, catalogue by catalogue. */
export const EXPLAINED_IDS: readonly string[] = [...CATALOGUE.values()].map((make) => make().id)

/** A rule, assumption, error code, diagnostic, finding, worked example or difference, by its id in any case. */
export function explain(id: string): Explanation | undefined {
  return CATALOGUE.get(id.trim().toLowerCase())?.()
}

/** At most five known ids that look like the given one, the nearest first; none when nothing is near. */
export function nearestIds(id: string): string[] {
  const wanted = id.trim().toLowerCase()
  if (wanted === '') return []
  const compact = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '')
  const limit = Math.max(1, Math.floor(wanted.length / 3))
  return EXPLAINED_IDS.map((known, order) => {
    const name = known.toLowerCase()
    // `th6`, `TH 6` and `Unhealthy` mean something near even though many letters differ.
    const isPart = wanted.length >= 4 && name.includes(wanted)
    const edits = compact(known) === compact(wanted) ? 0 : isPart ? 1 : distance(wanted, name)
    return { known, order, edits }
  })
    .filter(({ edits }) => edits <= limit)
    .sort((a, b) => a.edits - b.edits || a.order - b.order)
    .slice(0, 5)
    .map(({ known }) => known)
}

function explainRule(rule: Rule): Explanation {
  const { id, title, text, source, confidence, ambiguity } = rule
  const notPlayed = OUT_OF_SCOPE[id]
  return {
    kind: 'rule',
    id,
    title,
    text,
    ...(notPlayed === undefined ? {} : { notPlayed }),
    ...(ambiguity === undefined ? {} : { ambiguity }),
    assumptions: rule.assumptions.map(byName),
    rules: [],
    source,
    confidence,
  }
}

function explainAssumption(definition: AssumptionDefinition): Explanation {
  const exact = definition.kind === 'boolean' || definition.kind === 'enum'
  return {
    kind: 'assumption',
    id: definition.name,
    title: `${exact ? 'One of' : 'Takes'} ${expectedValues(definition)}`,
    text: definition.summary,
    assumptions: [describeAssumption(definition)],
    rules: definition.rules,
    source: definition.source,
  }
}

function explainErrorCode(error: ErrorCode): Explanation {
  return {
    kind: 'errorCode',
    id: error.code,
    title: `Azure, ${error.when}`,
    text: error.meaning,
    assumptions: assumptionsOfAll(error.rules),
    rules: error.rules,
    source: error.source,
    fix: error.whatToDo,
  }
}

function explainDiagnostic({ code, title, explanation, fix }: DiagnosticCode): Explanation {
  return { kind: 'diagnostic', id: code, title, text: explanation, assumptions: [], rules: [], fix }
}

function explainFinding(finding: FindingCode): Explanation {
  const row = playbookRow(finding.code)
  return {
    kind: 'finding',
    id: finding.code,
    title: `${finding.title} (${finding.severity})`,
    text: finding.explanation,
    assumptions: assumptionsOfAll(finding.rules),
    rules: finding.rules,
    fix: finding.fix,
    ...(row === undefined
      ? {}
      : { playbook: { row: row.row, symptom: row.symptom, cause: row.cause }, confirm: row.confirm }),
  }
}

function explainExample(example: WorkedExample): Explanation {
  return {
    kind: 'example',
    id: example.id,
    title: example.title,
    text: `${example.setup}\n${example.expected}`,
    ...(example.remark === undefined ? {} : { ambiguity: example.remark }),
    assumptions: assumptionsOf(example.id).map(byName),
    rules: example.rules,
  }
}

function explainDifference(one: Difference): Explanation {
  const followed = {
    documentation: 'The twin follows the documentation.',
    article: 'The twin follows the article.',
    same: 'The two agree.',
  }[one.followed]
  return {
    kind: 'difference',
    id: one.id,
    title: one.title,
    text: `Article: ${one.article}\nDocumentation: ${one.documentation}\n${followed}`,
    assumptions: one.assumption === undefined ? [] : [byName(one.assumption)],
    rules: one.rules,
  }
}

function explainInvariant(name: InvariantName): Explanation {
  return {
    kind: 'invariant',
    id: name,
    title: 'a property for fuzz',
    text: `${INVARIANTS[name]} Write it under properties, or leave properties out: then every invariant is asked.`,
    assumptions: [],
    rules: [],
  }
}

/** Assumptions that read any of the rules, each once, in the order of the catalogue. */
function assumptionsOfAll(rules: readonly string[]): ExplainedAssumption[] {
  return ASSUMPTIONS.filter((assumption) => assumption.rules.some((rule) => rules.includes(rule))).map(
    describeAssumption,
  )
}

function byName(name: AssumptionName): ExplainedAssumption {
  const definition = findAssumption(name)
  if (definition === undefined) throw new Error(`assumption ${name} is not in the catalogue`)
  return describeAssumption(definition)
}

function describeAssumption(definition: AssumptionDefinition): ExplainedAssumption {
  const written = (value: boolean | number | string) =>
    typeof value === 'number' && definition.kind.startsWith('duration')
      ? formatAssumptionValue(definition, value)
      : value
  return {
    name: definition.name,
    summary: definition.summary,
    default: written(definition.default),
    ...(definition.article === undefined ? {} : { article: written(definition.article) }),
    values: definition.values.map(({ value, meaning }) => ({ value: written(value), meaning })),
  }
}
