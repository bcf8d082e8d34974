import type { Influence, SensitivityReport } from '../lab/sensitivity.ts'
import { amount } from './campaign-text.ts'
import { indent } from './layout.ts'
import { palette, verdictPaint } from './palette.ts'
import { printable, WIDTH_DEFAULT, WIDTH_MIN, wrap } from './typeset.ts'
import { plural, VERDICT_GLYPH, VERDICT_WORD } from './wording.ts'

const MEASURES_SHOWN = 3

/** Which outcomes of a scenario hang on something Azure never documented. Ends in a line feed. */
export function renderSensitivity(
  report: SensitivityReport,
  options: { readonly color: boolean; readonly width?: number },
): string {
  const width = Math.max(WIDTH_MIN, options.width ?? WIDTH_DEFAULT)
  const paint = palette(options.color)
  const { base, influences, refused } = report
  const turning = influences.filter(({ turned }) => turned.length > 0)
  const others = influences.filter(({ turned }) => turned.length === 0)
  const room = width - 2
  const verdict =
    turning.length > 0
      ? `verdicts hang on ${[...new Set(turning.map(nameOf))].join(', ')} (${scopeOf(report)})`
      : `${robustness(report)} (${scopeOf(report)})`
  const lines = [
    ...wrap(`${printable(base.scenario)}: ${verdict}`, width, 2),
    ...turning.flatMap((influence) => [
      '',
      ...wrap(readingText(influence), room, 4).map(paint.strong),
      ...influence.turned.flatMap(({ text, from, to }) =>
        wrap(`${VERDICT_GLYPH[to]} ${printable(text)}: ${VERDICT_WORD[from]} -> ${VERDICT_WORD[to]}`, room - 2, 2).map(
          (line) => `  ${verdictPaint(paint, to)(line)}`,
        ),
      ),
      ...measureLines(influence, room),
    ]),
    ...(others.length === 0 ? [] : ['', paint.strong('These change measures and no verdict')]),
    ...others.flatMap((influence) => [...wrap(readingText(influence), room, 4), ...measureLines(influence, room)]),
    ...(refused.length === 0 ? [] : ['', paint.strong('The scenario is refused under')]),
    ...refused.flatMap(({ readings, reason }) =>
      wrap(`${readings.map(({ name, text }) => `${name}: ${text}`).join(', ')} - ${printable(reason)}`, room, 4),
    ),
  ]
  return `${lines.map((line, index) => (index === 0 ? line : (indent([line])[0] ?? ''))).join('\n')}\n`
}

/** Robust is only what has stood against every reading. */
export function robustness({ base, isComplete }: SensitivityReport): string {
  if (base.expectations.length === 0) return 'it expects nothing, so there is no verdict to turn'
  return isComplete ? 'robust: no reading turns a verdict' : 'no reading that was tried turns a verdict'
}

export function scopeOf({ base, readings, tried, assumptions, pairsTried, isComplete }: SensitivityReport): string {
  const pairs = pairsTried === 0 ? '' : ` and ${plural(pairsTried, 'pair')} of them`
  const share = isComplete ? '' : `interrupted: ${tried} of `
  return `${share}${plural(readings, 'reading')} of ${plural(assumptions, 'assumption')}${pairs}, ${plural(base.samples.length, 'run')} each`
}

export const nameOf = ({ readings }: Influence): string => readings.map(({ name }) => name).join(' with ')

/** `upgradedDenominator: total (TH-6)` and what that means. */
export const readingText = ({ readings }: Influence): string =>
  readings.map(({ name, text, meaning, rules }) => `${name}: ${text} (${rules.join(', ')}) ${meaning}`).join(' · ')

function measureLines({ measures, rollouts }: Influence, width: number): string[] {
  const shown = measures.filter(({ name }) => !name.startsWith('perScaleSet.'))
  const texts = shown.slice(0, MEASURES_SHOWN).map((measure) => {
    const of = amount(measure)
    const word = (value: number | null) => (value === null ? 'nothing' : of(value))
    return `${measure.name} ${word(measure.from)} -> ${word(measure.to)}`
  })
  const more = shown.length - texts.length
  const all = [
    ...(rollouts ? ['a rollout ends otherwise'] : []),
    ...texts,
    ...(more > 0 ? [`${plural(more, 'more measure')}`] : []),
  ]
  return all.length === 0 ? [] : wrap(all.join(' · '), width - 2, 2).map((line) => `  ${line}`)
}
