import { percent, plural, span, VERDICT_GLYPH, VERDICT_WORD } from '../../report/wording.ts'
import type { RunView } from '../engine/protocol.ts'
import { WithRules } from '../ui/rule.tsx'
import { headlineOf } from './story.ts'

/** What happened, in one sentence, and the numbers one asks for first. */
export function VerdictBand({
  view,
  isStale,
  name,
}: {
  readonly view: RunView
  readonly isStale: boolean
  readonly name?: string
}) {
  const { result, why } = view
  const { verdict, expectations } = result
  const kept = expectations.filter((one) => one.verdict === 'pass').length
  return (
    <section
      class={`verdict v-${verdict}${isStale ? ' stale' : ''}`}
      aria-label={name === undefined ? 'Verdict' : `Verdict of ${name}`}
    >
      <p class="scenario-title">
        {view.title}
        {view.case === undefined ? '' : ` (case ${view.case})`}
      </p>
      <p class="headline">{headlineOf(result)}</p>
      <ul class="why">
        {why.slice(0, 4).map((sentence, index) => (
          <li key={`${index}${sentence}`}>
            {why.length > 1 && <span class="quiet">Rollout {index + 1}: </span>}
            <WithRules text={sentence} />
          </li>
        ))}
        {why.length > 4 && <li class="quiet">and {plural(why.length - 4, 'more rollout')}</li>}
      </ul>
      <dl class="figures">
        {figuresOf(view).map(({ label, value, detail, isBad }) => (
          <div key={label} class={isBad ? 'bad' : ''}>
            <dt>{label}</dt>
            <dd>
              {value} <span class="quiet">{detail}</span>
            </dd>
          </div>
        ))}
      </dl>
      <p class="verdict-word" role="status">
        <strong>
          {VERDICT_GLYPH[verdict]} {VERDICT_WORD[verdict]}
        </strong>{' '}
        <span class="quiet">
          {expectations.length === 0
            ? 'nothing is expected'
            : `${kept} of ${plural(expectations.length, 'expectation')} hold`}
        </span>
      </p>
    </section>
  )
}

export interface Figure {
  readonly label: string
  readonly value: string
  readonly detail: string
  readonly isBad: boolean
}

export function figuresOf({ result }: RunView): Figure[] {
  const { blastRadius, availability, demand } = result.measures
  const { rollouts } = result
  const first = rollouts[0]
  const last = rollouts.at(-1)
  const took =
    first === undefined || last === undefined
      ? '–'
      : last.endedAtMs === null
        ? 'not ended'
        : span(last.endedAtMs - first.startedAtMs)
  const unserved = demand.unservedPercent
  return [
    {
      label: 'Blast radius',
      value: plural(blastRadius.instances, 'instance'),
      detail: blastRadius.percent === null ? '' : percent(blastRadius.percent),
      isBad: blastRadius.instances > 0,
    },
    {
      label: 'Lowest serving',
      value: percent(availability.minServingPercent),
      detail: `${availability.minServing} serving`,
      isBad: false,
    },
    {
      label: rollouts.length > 1 ? `${rollouts.length} rollouts` : 'Rollout',
      value: took,
      detail:
        first === undefined
          ? 'none'
          : plural(
              rollouts.reduce((sum, { batches }) => sum + batches.length, 0),
              'batch',
              'batches',
            ),
      isBad: false,
    },
    ...(unserved === null
      ? []
      : [{ label: 'Unserved requests', value: percent(unserved), detail: '', isBad: unserved > 0 }]),
  ]
}
