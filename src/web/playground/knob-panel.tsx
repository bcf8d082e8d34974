import { useId, useState } from 'preact/hooks'
import { formatDuration, parseDuration } from '../../model/duration.ts'
import { span } from '../../report/wording.ts'
import type { Knob, KnobGroup, KnobKind, KnobValue } from '../edit/knob.ts'
import { readValue, valueText } from '../edit/timeline.ts'
import { Rule } from '../ui/rule.tsx'

export type Turn = (knob: Knob, value: KnobValue) => void

/** The timeline has a panel of its own. */
const PARTS = [
  ['policy', 'Policy'],
  ['world', 'World'],
] as const

/** Everything that can be turned, in groups that fold; what differs from the other side of a comparison is marked. */
export function KnobPanel({
  groups,
  turn,
  others,
}: {
  readonly groups: readonly KnobGroup[]
  readonly turn: Turn
  /** Values of the other side by knob id; absent: nothing is compared. */
  readonly others?: ReadonlyMap<string, KnobValue>
}) {
  const sets = [...new Set(groups.flatMap(({ scaleSet }) => scaleSet ?? []))]
  const [chosenSet, setChosenSet] = useState<string | null>(null)
  const shownSet = chosenSet !== null && sets.includes(chosenSet) ? chosenSet : sets[0]
  return (
    <>
      {PARTS.map(([part, title]) => {
        const own = groups.filter(
          (group) => group.part === part && (group.scaleSet === undefined || group.scaleSet === shownSet),
        )
        if (own.length === 0) return null
        return (
          <section key={part} class="knob-part" aria-label={title}>
            <h2>{title}</h2>
            {part === 'policy' && sets.length > 1 && (
              <label class="set-choice">
                Scale set
                <select value={shownSet ?? ''} onChange={(event) => setChosenSet(event.currentTarget.value)}>
                  {sets.map((name) => (
                    <option key={name}>{name}</option>
                  ))}
                </select>
              </label>
            )}
            {own.map((group, index) => (
              <details key={group.id} open={part === 'policy' ? index === 0 : group.id.startsWith('image')}>
                <summary>{group.title}</summary>
                <div class="knobs">
                  {group.knobs.map((knob) => (
                    <KnobRow
                      key={knob.id}
                      knob={knob}
                      turn={turn}
                      {...(others === undefined ? {} : { other: others.get(knob.id) })}
                    />
                  ))}
                </div>
              </details>
            ))}
          </section>
        )
      })}
    </>
  )
}

interface RowProps {
  readonly knob: Knob
  readonly turn: Turn
  readonly other?: KnobValue | undefined
}

export function KnobRow({ knob, turn, other }: RowProps) {
  const id = useId()
  const { label, control, value, help, rules } = knob
  const isDifferent = other !== undefined && JSON.stringify(other) !== JSON.stringify(value)
  const set = (next: KnobValue) => turn(knob, next)
  const field = { id, describedBy: `${id}-help`, label, value, set }
  return (
    <div class={`knob knob-${control.kind}${isDifferent ? ' differs' : ''}`}>
      <div class="knob-head">
        {control.kind === 'several' ? (
          <span id={id}>{breakable(label)}</span>
        ) : (
          <label for={id}>{breakable(label)}</label>
        )}
      </div>
      <div class="knob-turn">
        <Control control={control} {...field} />
        <Readout control={control} value={value} label={label} set={set} />
      </div>
      <p class="knob-help" id={`${id}-help`}>
        {help}{' '}
        {rules.map((rule) => (
          <Rule key={rule} id={rule} />
        ))}
        {isDifferent && <span class="other"> A has {shown(control, other)}.</span>}
        {knob.isOptional === true && value !== null && (
          <button type="button" class="link" onClick={() => set(null)} aria-label={`Leave out ${label}`}>
            leave out
          </button>
        )}
      </p>
    </div>
  )
}

/** `20 %`, `2 min`, `on`. */
export function shown(control: KnobKind, value: KnobValue | undefined): string {
  if (value === null || value === undefined) return 'nothing'
  if (control.kind === 'number') return `${String(value)}${control.unit === '' ? '' : ` ${control.unit}`}`
  if (control.kind === 'flag') return value === true ? 'on' : 'off'
  if (control.kind === 'value') return valueText(value)
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ')
  return String(value)
}

interface FieldProps {
  readonly id: string
  readonly describedBy: string
  readonly label: string
  readonly value: KnobValue
  readonly set: (value: KnobValue) => void
}

function Control({ control, ...field }: FieldProps & { readonly control: KnobKind }) {
  switch (control.kind) {
    case 'number':
      return <NumberSlider control={control} {...field} />
    case 'duration':
      return <DurationSlider levels={control.levels} {...field} />
    case 'flag':
      return <Switch {...field} />
    case 'choice':
      return <Choice choices={control.choices} {...field} />
    case 'options':
      return <Options options={control.options} {...field} />
    case 'text':
      return <Text {...field} />
    case 'value':
      return <Typed {...field} />
    case 'several':
      return <Several choices={control.choices} {...field} />
    default:
      return control satisfies never
  }
}

/** The value as text; a number can be typed, beyond the end of its slider as well. */
function Readout({
  control,
  value,
  label,
  set,
}: {
  control: KnobKind
  value: KnobValue
  label: string
  set: (value: KnobValue) => void
}) {
  if (control.kind === 'number') {
    return (
      <span class="readout">
        <input
          type="number"
          aria-label={`${label}, exact`}
          min={control.min}
          max={control.exactMax}
          step={control.step < 1 ? 'any' : 1}
          value={String(value ?? '')}
          onChange={(event) => {
            const number = event.currentTarget.valueAsNumber
            if (Number.isFinite(number)) set(number)
          }}
        />
        <span class="unit">{control.unit}</span>
      </span>
    )
  }
  if (control.kind === 'duration') {
    const ms = typeof value === 'string' ? parseDuration(value) : undefined
    return (
      <span class="readout quiet" title={String(value ?? '')}>
        {ms === undefined ? 'not declared' : ms === 0 ? '0 s' : span(ms)}
      </span>
    )
  }
  return null
}

function NumberSlider({
  id,
  describedBy,
  value,
  set,
  control,
}: FieldProps & { control: KnobKind & { kind: 'number' } }) {
  const { min, max, step, unit } = control
  const number = typeof value === 'number' ? value : min
  return (
    <input
      id={id}
      type="range"
      aria-describedby={describedBy}
      aria-valuetext={`${number}${unit === '' ? '' : ` ${unit}`}`}
      min={min}
      max={Math.max(max, number)}
      step={step}
      value={number}
      onInput={(event) => set(event.currentTarget.valueAsNumber)}
    />
  )
}

function DurationSlider({ id, describedBy, value, set, levels }: FieldProps & { levels: readonly string[] }) {
  const at = typeof value === 'string' ? levels.indexOf(value) : -1
  const ms = typeof value === 'string' ? parseDuration(value) : undefined
  return (
    <input
      id={id}
      type="range"
      aria-describedby={describedBy}
      aria-valuetext={ms === undefined ? 'not declared' : ms === 0 ? '0 s' : span(ms)}
      min={0}
      max={levels.length - 1}
      step={1}
      value={Math.max(0, at)}
      onInput={(event) => set(canonical(levels[event.currentTarget.valueAsNumber]!))}
    />
  )
}

const canonical = (text: string): string => formatDuration(parseDuration(text) ?? 0)

function Switch({ id, describedBy, value, set }: FieldProps) {
  return (
    <input
      id={id}
      class="switch"
      type="checkbox"
      role="switch"
      aria-describedby={describedBy}
      checked={value === true}
      onChange={(event) => set(event.currentTarget.checked)}
    />
  )
}

function Choice({ id, describedBy, value, set, choices }: FieldProps & { choices: readonly string[] }) {
  const isKnown = typeof value === 'string' && choices.includes(value)
  return (
    <select
      id={id}
      aria-describedby={describedBy}
      value={isKnown ? value : ''}
      onChange={(event) => set(event.currentTarget.value)}
    >
      {!isKnown && <option value="">not declared</option>}
      {choices.map((choice) => (
        <option key={choice} value={choice}>
          {choice}
        </option>
      ))}
    </select>
  )
}

function Options({
  id,
  describedBy,
  value,
  set,
  options,
}: FieldProps & { options: readonly { readonly value: unknown; readonly text: string }[] }) {
  const at = options.findIndex((option) => JSON.stringify(option.value) === JSON.stringify(value))
  return (
    <select
      id={id}
      aria-describedby={describedBy}
      value={String(at)}
      onChange={(event) => {
        const chosen = options[Number(event.currentTarget.value)]
        if (chosen !== undefined) set(chosen.value as KnobValue)
      }}
    >
      {at < 0 && <option value="-1">as it is</option>}
      {options.map(({ text }, index) => (
        <option key={text} value={String(index)}>
          {text}
        </option>
      ))}
    </select>
  )
}

function Several({ id, value, set, choices }: FieldProps & { choices: readonly string[] }) {
  const chosen: readonly string[] = Array.isArray(value) ? value : []
  return (
    <div class="several" role="group" aria-labelledby={id}>
      {choices.map((choice) => (
        <label key={choice}>
          <input
            type="checkbox"
            checked={chosen.includes(choice)}
            onChange={(event) =>
              set(choices.filter((one) => (one === choice ? event.currentTarget.checked : chosen.includes(one))))
            }
          />
          {choice}
        </label>
      ))}
    </div>
  )
}

function Text({ id, describedBy, value, set }: FieldProps) {
  return (
    <input
      id={id}
      type="text"
      autocomplete="off"
      spellcheck={false}
      aria-describedby={describedBy}
      value={typeof value === 'string' ? value : ''}
      onChange={(event) => set(event.currentTarget.value)}
    />
  )
}

/** A list or a mapping, typed as YAML. What is none stays in the field and is not written anywhere. */
function Typed({ id, describedBy, value, set }: FieldProps) {
  const [draft, setDraft] = useState<string | null>(null)
  const read = draft === null ? null : readValue(draft)
  const error = read !== null && 'error' in read ? read.error : null
  const written = draft ?? valueText(value)
  return (
    <span class="typed">
      <textarea
        id={id}
        rows={written.split('\n').length}
        autocomplete="off"
        spellcheck={false}
        aria-describedby={`${describedBy} ${id}-error`}
        aria-invalid={error !== null}
        value={written}
        onInput={(event) => setDraft(event.currentTarget.value)}
        onBlur={() => {
          if (read === null || 'error' in read) return
          setDraft(null)
          set(read.value as KnobValue)
        }}
      />
      <span id={`${id}-error`} class="failure" role="status">
        {error}
      </span>
    </span>
  )
}

/** A long name of ARM breaks between its words: `rollbackFailedInstancesOnPolicyBreach`. */
const breakable = (name: string) =>
  name.split(/(?=[A-Z])/).flatMap((word, at) => (at === 0 ? [word] : [<wbr key={at} />, word]))
