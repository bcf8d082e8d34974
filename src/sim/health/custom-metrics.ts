import { parseJsonObject } from './probe-observation.ts'

/** What a probe body's `customMetrics` ask of rolling upgrades. */
export interface RollingUpgradeMetrics {
  /** CM-4: leave this instance out of the run. */
  readonly skipUpgrade: boolean
  /** CM-3: phases run in ascending order; null: none given, the last phase. */
  readonly phase: number | null
}

/**
 * Reads the text of `customMetrics`, itself JSON:
 *
 *   {"rollingUpgrade":{"SkipUpgrade":false,"PhaseOrderingNumber":0}}  ->  { skipUpgrade: false, phase: 0 }
 *
 * CM-2: keys in any case, `"true"` and `"false"` for the flag, a number written as a string for the phase. What is absent or
 * null asks for nothing; a value that makes no sense is an error that spoils the whole text, never the health (CM-8).
 */
export function parseCustomMetrics(text: string): RollingUpgradeMetrics | { readonly error: string } {
  const metrics = parseJsonObject(text)
  if (metrics === null) return { error: `customMetrics must be a JSON object, got ${show(text)}` }
  if (Object.keys(metrics).length === 0) return { error: 'customMetrics must not be an empty JSON object' }

  const upgrade = member(metrics, 'rollingUpgrade') ?? {}
  if (typeof upgrade !== 'object' || Array.isArray(upgrade)) {
    return { error: `rollingUpgrade must be a JSON object, got ${show(upgrade)}` }
  }
  const skip = member(upgrade as Record<string, unknown>, 'SkipUpgrade') ?? false
  const skipUpgrade = asBoolean(skip)
  if (skipUpgrade === null) return { error: `SkipUpgrade must be true or false, got ${show(skip)}` }

  const number = member(upgrade as Record<string, unknown>, 'PhaseOrderingNumber') ?? null
  if (number === null) return { skipUpgrade, phase: null }
  const phase = asInteger(number)
  if (phase === null) return { error: `PhaseOrderingNumber must be a whole number, got ${show(number)}` }
  return { skipUpgrade, phase }
}

/**
 * The instance view's substatus for a `customMetrics` text. The extension only asks whether it is a JSON object with
 * something in it; what rolling upgrades make of the members is not its business. CM-8 (`failed` is spelled by analogy).
 */
export function customMetricsSubstatus(
  text: string,
): 'ComponentStatus/CustomMetrics/succeeded' | 'ComponentStatus/CustomMetrics/failed' {
  const metrics = parseJsonObject(text)
  const accepted = metrics !== null && Object.keys(metrics).length > 0
  return accepted ? 'ComponentStatus/CustomMetrics/succeeded' : 'ComponentStatus/CustomMetrics/failed'
}

/** The member of that name in any case; of several spellings the last one counts. */
function member(object: Readonly<Record<string, unknown>>, name: string): unknown {
  let found: unknown
  for (const [key, value] of Object.entries(object)) {
    if (key.toLowerCase() === name.toLowerCase()) found = value
  }
  return found
}

function asBoolean(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value
  if (typeof value !== 'string') return null
  // Any case: scripts that print a boolean as text write `True` as often as `true`.
  const word = value.toLowerCase()
  return word === 'true' ? true : word === 'false' ? false : null
}

function asInteger(value: unknown): number | null {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value
  // `-0` would be a second zero in a comparison of phases.
  return typeof number === 'number' && Number.isSafeInteger(number) ? number + 0 : null
}

function show(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}
