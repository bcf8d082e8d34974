import { formatDuration, parseDuration } from '../duration.ts'
import { complain, type DocumentPath, INVALID_VALUE, type Report, showCommand, tell } from './context.ts'
import { dotted, isPlain, segmentsOf } from './shape.ts'
import { findSymbolic, hintFor, isSymbolic, textOf } from './symbolic.ts'
import { type Check, NO_LIMIT_MS, VALUE_RULES } from './value-rules.ts'

const ROLLING = 'upgradePolicy.rollingUpgradePolicy'

/** Paths whose symbolic value would change what is played, besides those of `VALUE_RULES`. */
const DECISIVE_OBJECTS = [
  'zones',
  'sku',
  'upgradePolicy',
  ROLLING,
  'virtualMachineProfile',
  'virtualMachineProfile.extensionProfile',
  'virtualMachineProfile.extensionProfile.extensions',
]

const SCALE_IN_RULES = ['Default', 'OldestVM', 'NewestVM']
const ZONE_NAMES = /^[1-4]$/

/**
 * Checks every single value and returns the document with what is known: values that are symbolic and not decisive are
 * left out of it.
 */
export function checkValues(document: Readonly<Record<string, unknown>>, report: Report): Record<string, unknown> {
  const seen = new Set<unknown>()
  const known = structuredCopy(document) as Record<string, unknown>
  for (const path of DECISIVE_OBJECTS) {
    const at = lookUp(document, path.split('.'))
    if (isSymbolic(at.value)) reportSymbolic(path, at.value, true, seen, report)
  }
  for (const rule of VALUE_RULES) {
    const { value, path } = lookUp(document, rule.path.split('.'))
    if (value === undefined) continue
    if (isSymbolic(value)) {
      reportSymbolic(dotted(path), value, rule.decisive, seen, report)
      removeAt(known, path)
      continue
    }
    const expected = explainMismatch(value, rule.check)
    if (expected !== undefined)
      complain(
        report,
        INVALID_VALUE,
        path,
        `${rule.path} must be ${expected}, got ${show(value)}; the service answers InvalidParameter`,
      )
  }
  checkZones(document, seen, report)
  checkScaleInRules(document, report)
  return known
}

/** Fleet 1.1: one to three distinct zones, named by a digit; a few regions have a fourth. */
function checkZones(document: Readonly<Record<string, unknown>>, seen: Set<unknown>, report: Report): void {
  const zones = document['zones']
  if (zones === undefined) return
  if (!Array.isArray(zones)) {
    if (!isSymbolic(zones))
      complain(report, INVALID_VALUE, ['zones'], `zones must be a list, got ${show(zones)}`, 'write ["1", "2", "3"]')
    return
  }
  const symbolic = findSymbolic(zones)
  if (symbolic !== undefined) {
    reportSymbolic('zones', symbolic, true, seen, report)
    return
  }
  for (const [index, zone] of zones.entries())
    if (typeof zone !== 'string' || !ZONE_NAMES.test(zone))
      complain(
        report,
        INVALID_VALUE,
        ['zones', index],
        `a zone is "1", "2" or "3", got ${show(zone)}; the service answers InvalidParameter`,
      )
  if (new Set(zones).size !== zones.length)
    complain(
      report,
      INVALID_VALUE,
      ['zones'],
      `zones must differ from each other, got ${show(zones)}; the service answers InvalidParameter`,
    )
}

function checkScaleInRules(document: Readonly<Record<string, unknown>>, report: Report): void {
  const { value: rules, path } = lookUp(document, ['scaleInPolicy', 'rules'])
  if (rules === undefined || isSymbolic(rules)) return
  const bad = Array.isArray(rules)
    ? rules.filter((rule) => !isSymbolic(rule) && !SCALE_IN_RULES.includes(rule as string))
    : [rules]
  for (const rule of bad)
    complain(
      report,
      INVALID_VALUE,
      path,
      `scaleInPolicy.rules holds ${SCALE_IN_RULES.join(', ')}, got ${show(rule)}; the service answers InvalidParameter`,
    )
}

/** One diagnostic or finding for each symbolic value, however many paths run through it. */
export function reportSymbolic(
  path: string,
  symbolic: Parameters<typeof hintFor>[0],
  isDecisive: boolean,
  seen: Set<unknown>,
  report: Report,
  standIn = 'The twin goes on as if it were not given.',
): void {
  if (seen.has(symbolic)) return
  seen.add(symbolic)
  const segments = segmentsOf(path)
  const why = `${path} is ${symbolic.expression} and cannot be worked out offline: ${symbolic.reason}`
  const hint = hintFor(symbolic, `azure.scaleSets.${report.name}.${path}`)
  if (isDecisive) {
    complain(report, 'E0303', segments, why, hint)
    return
  }
  tell(report, segments, {
    code: 'ParameterSymbolic',
    title: `${path} depends on something that is not known offline`,
    severity: 'info',
    evidence: [`${why}.`, standIn],
    rules: [],
    confirm: showCommand(report.name, path),
    fix: hint,
  })
}

/** The value at a path, or the symbolic value that stands in its way, with the path it was found at. */
export function lookUp(
  document: unknown,
  path: DocumentPath,
): { readonly value: unknown; readonly path: DocumentPath } {
  let value = document
  for (const [depth, segment] of path.entries()) {
    if (isSymbolic(value)) return { value, path: path.slice(0, depth) }
    if (typeof value !== 'object' || value === null) return { value: undefined, path }
    value = (value as Record<string | number, unknown>)[segment]
  }
  return { value, path }
}

function explainMismatch(value: unknown, check: Check): string | undefined {
  switch (check.kind) {
    case 'integer':
      return Number.isInteger(value) && (value as number) >= check.min && (value as number) <= check.max
        ? undefined
        : `a whole number from ${check.min} to ${check.max}`
    case 'flag':
      return typeof value === 'boolean' ? undefined : 'true or false'
    case 'oneOf':
      return check.values.includes(value as string) ? undefined : check.values.join(' or ')
    case 'duration': {
      const ms = typeof value === 'string' ? parseDuration(value) : undefined
      if (ms !== undefined && ms >= check.minMs && ms <= check.maxMs) return undefined
      if (check.maxMs === NO_LIMIT_MS) return 'an ISO 8601 duration such as PT2M'
      return `a duration from ${formatDuration(check.minMs)} to ${formatDuration(check.maxMs)}`
    }
    default:
      return check satisfies never
  }
}

function removeAt(document: Record<string, unknown>, path: DocumentPath): void {
  let parent: unknown = document
  for (const segment of path.slice(0, -1)) parent = (parent as Record<string | number, unknown> | undefined)?.[segment]
  if (isPlain(parent)) delete parent[String(path.at(-1))]
}

function structuredCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(structuredCopy)
  if (!isPlain(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, structuredCopy(inner)]))
}

export function show(value: unknown): string {
  return isSymbolic(value) ? textOf(value) : JSON.stringify(value)
}
