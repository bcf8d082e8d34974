import { formatDuration, parseDuration } from '../../model/duration.ts'
import { formatPath } from '../../model/scenario/document.ts'
import type { YamlPath } from './yaml-edit.ts'

/** What a knob holds, as it stands in a scenario; null: nothing is declared and the service has no value of its own. */
export type KnobValue = number | boolean | string | readonly string[] | null

/** How a knob is turned. */
export type KnobKind =
  | {
      readonly kind: 'number'
      readonly min: number
      readonly max: number
      readonly step: number
      readonly unit: string
      readonly exactMax: number
    }
  /** ISO 8601 values from short to long; any other may be typed. */
  | { readonly kind: 'duration'; readonly levels: readonly string[] }
  | { readonly kind: 'flag' }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  /** One of these, whatever kind of value they are. */
  | { readonly kind: 'options'; readonly options: readonly { readonly value: unknown; readonly text: string }[] }
  /** Some of these. */
  | { readonly kind: 'several'; readonly choices: readonly string[] }
  | { readonly kind: 'text' }
  /** Anything, typed as YAML. */
  | { readonly kind: 'value' }

/** One thing that can be turned, named as Azure (or the scenario file) names it. */
export interface Knob {
  /** Stable through edits: the path in text form. */
  readonly id: string
  readonly label: string
  readonly path: YamlPath
  readonly control: KnobKind
  readonly value: KnobValue
  /** One sentence for somebody who meets it for the first time. */
  readonly help: string
  /** The rules that say what it does. */
  readonly rules: readonly string[]
  /** It may be left out, which null stands for. */
  readonly isOptional?: boolean
}

export interface KnobGroup {
  readonly id: string
  readonly title: string
  /** The three parts of a scenario. */
  readonly part: 'policy' | 'world' | 'timeline'
  /** The scale set it is about; absent: the whole scenario. */
  readonly scaleSet?: string
  readonly knobs: readonly Knob[]
}

export type Plain = Readonly<Record<string, unknown>>
export const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
export const plain = (value: unknown): Plain => (isPlain(value) ? value : {})
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

export const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)]

export function made(
  path: YamlPath,
  label: string,
  control: KnobKind,
  value: KnobValue,
  help: string,
  rules: readonly string[],
): Knob {
  const isSpan = control.kind === 'duration' && typeof value === 'string'
  return {
    id: formatPath(path),
    label,
    path,
    control: isSpan ? { kind: 'duration', levels: withLevel(control.levels, value) } : control,
    value: isSpan ? canonical(value) : value,
    help,
    rules,
  }
}

const canonical = (text: string): string => {
  const ms = parseDuration(text)
  return ms === undefined ? text : formatDuration(ms)
}

/** The declared value has a place on the slider, whatever it is. */
function withLevel(levels: readonly string[], value: string): string[] {
  const all = distinct([...levels, canonical(value)])
  return all.sort((a, b) => (parseDuration(a) ?? 0) - (parseDuration(b) ?? 0))
}

/**
 * Where an edit goes: into the file itself, or, of a case, into its `set`, where it wins over the base and leaves the other
 * cases alone. `caseIndex`: position among `cases`; absent: the base.
 */
export function editPath(path: YamlPath, caseIndex?: number): YamlPath {
  return caseIndex === undefined ? path : ['cases', caseIndex, 'set', formatPath(path)]
}
