import type { SourcePlace } from '../diagnostic.ts'
import type { Expectation } from '../expectation.ts'
import type {
  ChangedValue,
  ChoiceQuestion,
  Condition,
  Decider,
  Knob,
  Lesson,
  MeasureRef,
  NumberQuestion,
  Placeholder,
  Question,
  Scale,
  Template,
} from '../lesson.ts'
import { parseMeasure } from '../parse-expectation.ts'
import { findRule, RULES } from '../rules/index.ts'
import { findScaleSet, type LoadContext } from './context.ts'
import type { Path } from './document.ts'
import { nameHint } from './nearest.ts'
import type { RawDecided, RawKnob, RawLesson, RawQuestion } from './schema-lesson.ts'
import { valueAtPath } from './set-option.ts'
import { readField, type VaryContext } from './vary.ts'

/** More positions on a scale than a mark can be set to, or a class code can hold. */
export const MAX_SCALE_STEPS = 1000

const MS_PER_UNIT: Readonly<Record<string, number>> = { s: 1000, min: 60_000, h: 3_600_000 }

export interface LessonContext extends VaryContext {
  readonly readExpectation: (line: string, path: Path) => Expectation | undefined
}

/** Which run a text or a question is about; only the changed one can be compared with the other. */
type About = 'base' | 'changed'

/**
 * The lesson of a file; undefined when its shape is wrong. E0701 for a question that has no answer on its scale, E0702 for a
 * placeholder, E0703 for a rule, E0704 for a statement that cannot be judged, besides those of expectations and of `vary`.
 */
export function readLesson(raw: unknown, context: LessonContext): Lesson | undefined {
  const at: Path = ['lesson']
  if (typeof raw !== 'object' || raw === null || !context.sound(at)) return undefined
  const { order, minutes, topic, hook, predict, reveal, decided, change, sandbox, keep } = raw as RawLesson
  const seen = new Set<string>()
  return {
    order,
    minutes,
    topic,
    hook: flowed(hook),
    predict: readQuestion(predict, [...at, 'predict'], 'base', context),
    reveal: readTemplate(reveal, [...at, 'reveal'], 'base', context),
    decided: readDecided(decided, [...at, 'decided'], context),
    change: {
      set: Object.entries(change.set).map(
        ([path, after]): ChangedValue => ({ path, before: valueAtPath(context.source.value, path), after }),
      ),
      why: flowed(change.why),
      predict: readQuestion(change.predict, [...at, 'change', 'predict'], 'changed', context),
      reveal: readTemplate(change.reveal, [...at, 'change', 'reveal'], 'changed', context),
      decided: readDecided(change.decided, [...at, 'change', 'decided'], context),
      isSame: change.same ?? false,
      place: context.source.keyPlaceOf([...at, 'change']),
    },
    sandbox: sandbox.flatMap((knob, index) => readKnob(knob, [...at, 'sandbox', index], seen, context) ?? []),
    keep: keep.map(({ text, rules }, index) => ({
      text: flowed(text),
      rules: rules.map((id, position) => readRule(id, [...at, 'keep', index, 'rules', position], context)),
    })),
  }
}

/** A folded text of YAML may end in a line break. */
const flowed = (text: string): string => text.trim()

function readQuestion(raw: RawQuestion, at: Path, about: About, context: LessonContext): Question {
  const place = context.source.placeOf([...at, 'ask'])
  if (raw.kind === 'choice') return readChoices(raw, at, about, place, context)
  const measure = readMeasure(raw.measure, [...at, 'measure'], context)
  const unit = raw.unit ?? (measure.kind === 'percent' ? '%' : '')
  const scale: Scale = {
    min: raw.min ?? 0,
    max: raw.max,
    step: raw.step ?? 1,
    tolerance: raw.tolerance ?? 0,
    perUnit: measure.kind === 'duration' ? (MS_PER_UNIT[unit] ?? 1) : 1,
  }
  const question: NumberQuestion = { kind: raw.kind, ask: flowed(raw.ask), measure, scale, unit, place }
  checkScale(question, at, context)
  return question
}

function checkScale({ measure, scale, unit }: NumberQuestion, at: Path, { source }: LessonContext): void {
  const { min, max, step } = scale
  const steps = (max - min) / step
  if (measure.kind === 'text')
    source.report('E0701', [...at, 'measure'], `${measure.text} is text, which is no answer to a number`, {
      hint: 'ask with kind: choice',
    })
  else if (measure.kind === 'duration' && !Object.hasOwn(MS_PER_UNIT, unit))
    source.report('E0701', [...at, 'unit'], `${measure.text} is a duration: its unit must be s, min or h`, {
      hint: 'write unit: min',
    })
  if (min >= max) source.report('E0701', [...at, 'max'], `the scale ends at ${max}, where it begins at ${min}`)
  else if (Math.abs(steps - Math.round(steps)) > 1e-6)
    source.report('E0701', [...at, 'step'], `from ${min} in steps of ${step} the scale never comes to ${max}`)
  else if (steps > MAX_SCALE_STEPS)
    source.report('E0701', [...at, 'step'], `the scale has ${Math.round(steps)} steps, at most ${MAX_SCALE_STEPS}`, {
      hint: 'take larger steps',
    })
}

function readChoices(
  raw: Extract<RawQuestion, { kind: 'choice' }>,
  at: Path,
  about: About,
  place: SourcePlace,
  context: LessonContext,
): ChoiceQuestion {
  const labels = new Set<string>()
  const choices = raw.choices.map(({ label, when }, index) => {
    const here: Path = [...at, 'choices', index]
    if (labels.has(label))
      context.source.report('E0704', [...here, 'label'], `two choices read ${label}`, { hint: 'word them differently' })
    labels.add(label)
    const conditions = Array.isArray(when)
      ? when.map((line, position) => readCondition(line, [...here, 'when', position], about, context))
      : [readCondition(when, [...here, 'when'], about, context)]
    return { label, when: conditions.filter((condition) => condition !== undefined) }
  })
  return { kind: 'choice', ask: flowed(raw.ask), choices, place }
}

const AGAINST_BASE = /^(.*?)\s*(==|!=|<=|>=|<|>)\s*base\s*$/

function readCondition(line: string, path: Path, about: About, context: LessonContext): Condition | undefined {
  const [, measure, operator] = AGAINST_BASE.exec(line) ?? []
  if (measure === undefined) {
    const expectation = context.readExpectation(line, path)
    if (expectation?.aggregate !== undefined)
      context.source.report('E0704', path, `${expectation.aggregate}(…) speaks of many runs, a lesson of one`, {
        hint: 'write the measure without it',
      })
    return expectation === undefined ? undefined : { kind: 'value', expectation }
  }
  if (about === 'base')
    context.source.report('E0704', path, 'base stands for the run before the change, and this is that run', {
      hint: 'compare with a value, or ask under change',
    })
  const ref = readMeasure(measure, path, context)
  if (ref.kind === 'text' && operator !== '==' && operator !== '!=')
    context.source.report('E0704', path, `${ref.text} is text: it is compared with == or != only`)
  return { kind: 'base', text: line.trim(), measure: ref, operator: operator as Expectation['operator'] }
}

/** A measure that stands alone, `column` characters into the text at `path`. E0114, E0108. */
function readMeasure(text: string, path: Path, context: LoadContext, column = 0): MeasureRef {
  const { source } = context
  const parsed = parseMeasure(text)
  if ('error' in parsed) {
    const place = source.placeOf(path)
    source.report('E0114', path, parsed.error, {
      place: { ...place, column: place.column + source.textOffset(path) + column + parsed.column - 1 },
      ...(parsed.hint === undefined ? {} : { hint: parsed.hint }),
    })
    return { text, path: [], kind: 'number' }
  }
  const [first, named, ...rest] = parsed.ok.path
  if (first !== 'perScaleSet') return { text: text.trim(), ...parsed.ok }
  const set = findScaleSet(String(named), path, context)
  return { text: text.trim(), kind: parsed.ok.kind, path: [first, set ?? String(named), ...rest] }
}

/** Text with `{…}` in it. The place of a mistake is that of the text: a folded one has no columns of its own. */
function readTemplate(text: string, path: Path, about: About, context: LessonContext): Template {
  const place = context.source.placeOf(path)
  const parts = flowed(text)
    .split(/(\{[^{}]*\})/)
    .filter((part) => part !== '')
    .map((part): string | Placeholder => {
      const inside = /^\{([^{}]*)\}$/.exec(part)?.[1]?.trim()
      return inside === undefined ? part : readPlaceholder(inside, path, about, context)
    })
  const stray = parts.find((part) => typeof part === 'string' && /[{}]/.test(part))
  if (stray !== undefined)
    context.source.report('E0702', path, 'a brace stands alone', { hint: 'write {measure} with both braces' })
  return { parts, place }
}

function readPlaceholder(inside: string, path: Path, about: About, context: LessonContext): Placeholder {
  const tell = (message: string, hint?: string) =>
    context.source.report('E0702', path, message, hint === undefined ? {} : { hint })
  const decided = /^decided\.([A-Za-z]+)$/.exec(inside)
  if (decided !== null) return { kind: 'decided', text: inside, name: decided[1]! }
  const ofBase = inside.startsWith('base.')
  if (ofBase && about === 'base') tell(`{${inside}}: base stands for the run before the change, and this is that run`)
  const text = ofBase ? inside.slice('base.'.length) : inside
  const parsed = parseMeasure(text)
  if ('error' in parsed) {
    tell(`nothing fills {${inside}}: ${parsed.error}`, parsed.hint)
    return { kind: 'decided', text: inside, name: inside }
  }
  return { kind: 'measure', text: inside, run: ofBase ? 'base' : 'own', measure: readMeasure(text, path, context) }
}

function readDecided(raw: RawDecided, at: Path, context: LoadContext): Decider {
  const place = context.source.placeOf(at)
  if (typeof raw === 'string') return { rule: readRule(raw, at, context), where: {}, place }
  const { rule, entry, where, which } = raw
  return {
    rule: readRule(rule, [...at, 'rule'], context),
    ...(entry === undefined ? {} : { entry }),
    where: where ?? {},
    ...(which === undefined ? {} : { which }),
    place,
  }
}

/** The id as the catalogue spells it. E0703. */
function readRule(id: string, path: Path, { source }: LoadContext): string {
  const rule = findRule(id)
  if (rule === undefined)
    source.report('E0703', path, `no rule is called ${id}`, {
      ...nameHint(
        id,
        RULES.map((known) => known.id),
      ),
    })
  return rule?.id ?? id
}

function readKnob(raw: RawKnob, at: Path, seen: Set<string>, context: LessonContext): Knob | undefined {
  const field = readField(raw, at, seen, context)
  if (field === undefined) return undefined
  const last = field.path.split(/[.[]/).at(-1)!.replace(/\]$/, '')
  const labels = 'labels' in raw ? raw.labels : undefined
  if (labels !== undefined && 'values' in raw && labels.length !== raw.values.length)
    context.source.report(
      'E0186',
      [...at, 'labels'],
      `${labels.length} labels for ${raw.values.length} values of ${field.path}`,
      { hint: 'write one for each value' },
    )
  return {
    ...field,
    label: raw.label ?? last,
    ...(labels === undefined ? {} : { valueLabels: labels }),
    value: valueAtPath(context.source.value, field.path),
  }
}
