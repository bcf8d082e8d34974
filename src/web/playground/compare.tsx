import { decimal, instanceMinutes, percent, span } from '../../report/wording.ts'
import type { KnobGroup, KnobValue } from '../edit/knob.ts'
import type { RunView } from '../engine/protocol.ts'
import { shown } from './knob-panel.tsx'

/** One line of the comparison: what each side has, and which of them is better where that can be said. */
export interface ComparedRow {
  readonly label: string
  readonly a: string
  readonly b: string
  readonly better: 'a' | 'b' | 'same' | 'open'
}

interface Compared {
  readonly label: string
  /** Null: nothing was measured. */
  readonly of: (view: RunView) => number | null
  readonly text: (value: number) => string
  /** What is better. */
  readonly wanted: 'less' | 'more'
}

const percentText = (value: number): string => percent(value)

const MEASURES: readonly Compared[] = [
  { label: 'Blast radius', of: ({ result }) => result.measures.blastRadius.percent, text: percentText, wanted: 'less' },
  {
    label: 'Instances harmed',
    of: ({ result }) => result.measures.blastRadius.instances,
    text: String,
    wanted: 'less',
  },
  { label: 'Zones touched', of: ({ result }) => result.measures.blastRadius.zones, text: String, wanted: 'less' },
  {
    label: 'Lowest serving',
    of: ({ result }) => result.measures.availability.minServingPercent,
    text: percentText,
    wanted: 'more',
  },
  {
    label: 'Capacity lost',
    of: ({ result }) => result.measures.availability.lostInstanceMinutes,
    text: instanceMinutes,
    wanted: 'less',
  },
  { label: 'First harm to halt', of: ({ result }) => result.measures.timeToHalt, text: span, wanted: 'less' },
  { label: 'Rollouts take', of: rolloutMs, text: span, wanted: 'less' },
  {
    label: 'Batches',
    of: ({ result }) => result.rollouts.reduce((sum, { batches }) => sum + batches.length, 0),
    text: String,
    wanted: 'less',
  },
  {
    label: 'Unserved requests',
    of: ({ result }) => result.measures.demand.unservedPercent,
    text: percentText,
    wanted: 'less',
  },
  { label: 'Repairs', of: ({ result }) => result.measures.repairs.count, text: String, wanted: 'less' },
  {
    label: 'Surge instance-hours',
    of: ({ result }) => result.measures.cost.surgeHours,
    text: (value) => decimal(value),
    wanted: 'less',
  },
]

function rolloutMs({ result }: RunView): number | null {
  const ended = result.rollouts.filter(({ endedAtMs }) => endedAtMs !== null)
  return ended.length === 0
    ? null
    : ended.reduce((sum, { startedAtMs, endedAtMs }) => sum + endedAtMs! - startedAtMs, 0)
}

/** Measures side by side; those that neither side has are left out. */
export function compareRuns(a: RunView, b: RunView): ComparedRow[] {
  const outcome: ComparedRow = {
    label: 'Rollout ends',
    a: endings(a),
    b: endings(b),
    better: endings(a) === endings(b) ? 'same' : 'open',
  }
  return [
    outcome,
    ...MEASURES.flatMap(({ label, of, text, wanted }): ComparedRow[] => {
      const [left, right] = [of(a), of(b)]
      if (left === null && right === null) return []
      if ((left ?? 0) === 0 && (right ?? 0) === 0 && /Repairs|Surge|Unserved/.test(label)) return []
      const texts = [left, right].map((value) => (value === null ? 'none' : text(value)))
      const better =
        left === right
          ? 'same'
          : left === null || right === null
            ? 'open'
            : left < right === (wanted === 'less')
              ? 'a'
              : 'b'
      return [{ label, a: texts[0]!, b: texts[1]!, better }]
    }),
  ]
}

const endings = ({ result }: RunView): string =>
  result.rollouts.length === 0 ? 'no rollout' : result.rollouts.map(({ status }) => status).join(', ')

/** Knobs in which the two differ, as text. */
export function differingKnobs(
  a: readonly KnobGroup[],
  b: readonly KnobGroup[],
): { label: string; a: string; b: string }[] {
  const left = new Map(a.flatMap(({ knobs }) => knobs.map((knob) => [knob.id, knob] as const)))
  return b.flatMap((group) =>
    group.knobs.flatMap((knob) => {
      const other = left.get(knob.id)
      if (other === undefined || JSON.stringify(other.value) === JSON.stringify(knob.value)) return []
      const where = group.scaleSet === undefined ? '' : `${group.scaleSet}: `
      return [
        { label: `${where}${knob.label}`, a: shown(other.control, other.value), b: shown(knob.control, knob.value) },
      ]
    }),
  )
}

export const valuesById = (groups: readonly KnobGroup[]): ReadonlyMap<string, KnobValue> =>
  new Map(groups.flatMap(({ knobs }) => knobs.map(({ id, value }) => [id, value] as const)))

export function CompareTable({
  a,
  b,
  names = ['A', 'B'],
  knobs: withKnobs = true,
}: {
  readonly a: RunView
  readonly b: RunView
  readonly names?: readonly [string, string]
  /** False: what was turned is told elsewhere. */
  readonly knobs?: boolean
}) {
  const knobs = withKnobs ? differingKnobs(a.knobs, b.knobs) : []
  return (
    <section class="card compare" aria-label={`${names[0]} against ${names[1]}`}>
      <h2>
        {names[0]} against {names[1]} <span class="quiet">same seed {b.seed}, so the same luck</span>
      </h2>
      <div class="scroll" tabIndex={0} role="region" aria-label="Table of the comparison">
        <table>
          <thead>
            <tr>
              <th scope="col">
                <span class="visually-hidden">What</span>
              </th>
              <th scope="col">{names[0]}</th>
              <th scope="col">{names[1]}</th>
            </tr>
          </thead>
          <tbody>
            {knobs.map(({ label, a: left, b: right }) => (
              <tr key={label} class="turned">
                <th scope="row">{label}</th>
                <td>{left}</td>
                <td>{right}</td>
              </tr>
            ))}
            {withKnobs && knobs.length === 0 && (
              <tr>
                <th scope="row">Policy</th>
                <td colSpan={2} class="quiet">
                  no difference yet: turn something on the left
                </td>
              </tr>
            )}
            {compareRuns(a, b).map(({ label, a: left, b: right, better }) => (
              <tr key={label} class={better === 'same' ? 'same' : 'differs'}>
                <th scope="row">{label}</th>
                <td class={better === 'a' ? 'better' : ''}>
                  {left}
                  {better === 'a' && <span class="mark"> better</span>}
                </td>
                <td class={better === 'b' ? 'better' : ''}>
                  {right}
                  {better === 'b' && <span class="mark"> better</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
