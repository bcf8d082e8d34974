import { type AssumptionDefinition, findAssumption, formatAssumptionValue } from '../../model/assumptions.ts'
import { formatDuration, parseDuration } from '../../model/duration.ts'
import type { Knob as LessonKnob } from '../../model/lesson.ts'
import type { Domain } from '../../model/vary.ts'
import type { Knob, KnobKind, KnobValue } from '../edit/knob.ts'

/**
 * A knob of a lesson as the playground draws it. `turned`: what it was turned to, which may be null (left out); undefined: it was
 * not. `known`: the same knob of the playground, which knows the default and the unit.
 */
export function sandboxKnob(
  { path, label, domain, value, valueLabels }: LessonKnob,
  turned: KnobValue | undefined,
  known: Knob | undefined,
): Knob {
  // What the file holds may be any YAML where the choice is among values; a knob of the playground knows a default.
  const assumption = path.startsWith(ASSUMPTION) ? findAssumption(path.slice(ASSUMPTION.length)) : undefined
  const own =
    turned !== undefined
      ? turned
      : value !== undefined
        ? (value as KnobValue)
        : assumption !== undefined
          ? defaultOf(assumption)
          : (known?.value ?? null)
  const control = controlOf(domain, own, valueLabels)
  const unit = known?.control.kind === 'number' ? known.control.unit : ''
  return {
    id: path,
    label,
    path: [path],
    control: control.kind === 'number' ? { ...control, unit } : control,
    value: own,
    help: assumption === undefined ? (known?.help ?? '') : 'An assumption: the sources leave it open.',
    // Others (W5, D4) are worked examples and what the article says; a learner wants the rule.
    rules: assumption?.rules.filter((id) => /^[A-Z]+-/.test(id)) ?? known?.rules ?? [],
  }
}

const ASSUMPTION = 'assumptions.'

/** As a scenario would write it: durations as text. */
function defaultOf(definition: AssumptionDefinition): KnobValue {
  const { kind } = definition
  return kind === 'duration' || kind === 'durationOrNone'
    ? formatAssumptionValue(definition, definition.default)
    : definition.default
}

/** How a domain of a lesson is turned; `labels`: what the lesson calls each value of a list. */
export function controlOf(domain: Domain, value: KnobValue, labels?: readonly string[]): KnobKind {
  switch (domain.kind) {
    case 'number':
      return { kind: 'number', min: domain.from, max: domain.to, step: domain.step, unit: '', exactMax: domain.to }
    case 'duration':
      return { kind: 'duration', levels: levelsOf(domain, value) }
    case 'values': {
      const { values } = domain
      if (labels === undefined && values.length === 2 && values.every((one) => typeof one === 'boolean'))
        return { kind: 'flag' }
      return {
        kind: 'options',
        options: values.map((one, index) => ({ value: one, text: labels?.[index] ?? optionText(one) })),
      }
    }
    default:
      return domain satisfies never
  }
}

const optionText = (value: unknown): string => {
  if (value === null) return 'none'
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(optionText).join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function levelsOf({ from, to, step }: Domain & { kind: 'duration' }, value: KnobValue): string[] {
  const levels: number[] = []
  const LEVELS_MAX = 400
  for (let ms = from; ms <= to && levels.length < LEVELS_MAX; ms += step) levels.push(ms)
  const own = typeof value === 'string' ? parseDuration(value) : undefined
  if (own === undefined) return levels.map(formatDuration)
  // What stands in the file keeps its spelling, PT60S for PT1M, and has its place in the order.
  const all = levels.includes(own) ? levels : [...levels, own].sort((a, b) => a - b)
  return all.map((ms) => (ms === own ? (value as string) : formatDuration(ms)))
}
