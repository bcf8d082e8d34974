import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Diagnostic } from '../../model/diagnostic.ts'
import { plural } from '../../report/wording.ts'
import type { Knob, KnobValue } from '../edit/knob.ts'
import {
  addEntry,
  changeVerb,
  entryKnobs,
  entryLabel,
  newEntry,
  readEntries,
  removeEntry,
  type TimelineEntryView,
  verbOf,
} from '../edit/timeline.ts'
import type { RunView } from '../engine/protocol.ts'
import { Rule } from '../ui/rule.tsx'
import { KnobRow, type Turn } from './knob-panel.tsx'

interface TimelinePanelProps {
  readonly text: string
  readonly file: string
  /** Case of the file; absent: the base. */
  readonly case?: string
  readonly timeline: RunView['timeline']
  readonly diagnostics: readonly Diagnostic[]
  /** The moment that is looked at; a new entry happens then. */
  readonly atMs: number
  readonly turned: ReadonlyMap<string, KnobValue>
  readonly turn: Turn
  readonly edit: (make: (text: string) => string) => void
  readonly onShow: (place: { line: number; column: number }) => void
  readonly others?: ReadonlyMap<string, KnobValue>
}

/**
 * What people and the cloud do, and when: entries are added, changed and removed. Of the base they are read from the text
 * itself, so that an entry with a mistake stays in sight; of a case they are those that were played.
 */
export function TimelinePanel(props: TimelinePanelProps) {
  const { text, timeline, atMs, edit } = props
  const isCase = props.case !== undefined
  const entries = isCase ? timeline.entries.map(withoutLines) : readEntries(text)
  const id = useId()
  const [verb, setVerb] = useState('updateModel')
  const list = useRef<HTMLDivElement>(null)
  const adding = useRef<HTMLSelectElement>(null)
  const [focused, setFocused] = useState<number | null>(null)
  // A new entry is what one wants to look at next; after the last one is gone, the way to add another.
  useLayoutEffect(() => {
    if (focused === null) return
    const summaries = list.current?.querySelectorAll<HTMLElement>(':scope > details > summary')
    const target = summaries?.[Math.min(focused, summaries.length - 1)] ?? adding.current
    if (target?.parentElement instanceof HTMLDetailsElement) target.parentElement.open = true
    target?.focus()
    setFocused(null)
  }, [focused])
  const form = timeline.forms.find((one) => one.verb === verb)!
  return (
    <section class="knob-part timeline" aria-label="Timeline">
      <h2>Timeline</h2>
      {entries === null && <p class="quiet">The text cannot be read as YAML at present; the mistakes say where.</p>}
      <div ref={list}>
        {entries?.map((one) => (
          <Entry
            key={one.index}
            {...props}
            of={one}
            isOpen={entries.length <= OPEN_MAX}
            onRemoved={() => setFocused(one.index)}
          />
        ))}
      </div>
      {entries?.length === 0 && <p class="quiet">Nothing happens in this run.</p>}
      {isCase ? (
        <p class="quiet">Entries are added and removed in the base; a case moves and changes them.</p>
      ) : (
        entries !== null && (
          <div class="add-entry">
            <label for={id}>Add an entry</label>
            <div class="knob-turn">
              <select
                id={id}
                ref={adding}
                aria-describedby={`${id}-help`}
                value={verb}
                onChange={(event) => setVerb(event.currentTarget.value)}
              >
                {timeline.forms.map((one) => (
                  <option key={one.verb}>{one.verb}</option>
                ))}
              </select>
              <button
                type="button"
                onClick={() => {
                  edit((before) => addEntry(before, newEntry(form, timeline.names, atMs)))
                  setFocused(entries.length)
                }}
              >
                Add
              </button>
            </div>
            <p class="knob-help" id={`${id}-help`}>
              {form.help} It is added at the moment shown on the right.
            </p>
          </div>
        )
      )}
    </section>
  )
}

/** Entries beyond these are folded at first. */
const OPEN_MAX = 3
/** With more than these, what is not written is folded away. */
const KNOBS_MAX = 6

const withoutLines = (entry: TimelineEntryView['entry'], index: number): TimelineEntryView => ({
  index,
  entry,
  lines: { first: 0, last: -1 },
})

function Entry({
  of: { index, entry, lines },
  isOpen,
  onRemoved,
  ...props
}: TimelinePanelProps & {
  readonly of: TimelineEntryView
  readonly isOpen: boolean
  readonly onRemoved: () => void
}) {
  const { file, timeline, diagnostics, turned, turn, edit, onShow, others } = props
  const id = useId()
  const { forms, names } = timeline
  const verb = verbOf(entry)
  const form = forms.find((one) => one.verb === verb)
  const knobs = entryKnobs(entry, index, forms, names)
  const own = diagnostics.filter(
    ({ place }) => place !== undefined && place.file === file && place.line >= lines.first && place.line <= lines.last,
  )
  const title = entryLabel(entry)
  const [startsOpen] = useState(isOpen)
  const isRare = ({ isOptional, value }: Knob) => isOptional === true && value === null && knobs.length > KNOBS_MAX
  const usual = knobs.filter((knob) => !isRare(knob))
  const rare = knobs.filter(isRare)
  const row = (knob: Knob) => (
    <KnobRow
      key={knob.id}
      // Of the base the text itself says at once what was turned.
      knob={props.case !== undefined && turned.has(knob.id) ? { ...knob, value: turned.get(knob.id)! } : knob}
      turn={turn}
      {...(others === undefined ? {} : { other: others.get(knob.id) })}
    />
  )
  return (
    <details open={startsOpen || own.length > 0} class={own.length > 0 ? 'entry wrong' : 'entry'}>
      <summary>
        <span class="entry-at">{String(entry['at'] ?? '')}</span> {title === '' ? 'no verb' : title}
      </summary>
      {own.length > 0 && (
        <ul class="entry-mistakes">
          {own.map(({ code, message, hint, place }, at) => (
            <li key={`${at}${code}`}>
              <button type="button" class="link" onClick={() => onShow(place!)}>
                line {place!.line}, column {place!.column}
              </button>{' '}
              <Rule id={code} /> {message}
              {hint !== undefined && <div class="quiet">{hint}</div>}
            </li>
          ))}
        </ul>
      )}
      <div class="knobs">
        <div class="knob knob-choice">
          <div class="knob-head">
            <label for={id}>what happens</label>
          </div>
          <div class="knob-turn">
            <select
              id={id}
              aria-describedby={`${id}-help`}
              value={form === undefined ? '' : verb}
              disabled={props.case !== undefined}
              onChange={(event) => {
                const next = forms.find((one) => one.verb === event.currentTarget.value)
                if (next !== undefined) edit((text) => changeVerb(text, index, next, names))
              }}
            >
              {form === undefined && <option value="">{verb === '' ? 'no verb' : verb}</option>}
              {forms.map((one) => (
                <option key={one.verb}>{one.verb}</option>
              ))}
            </select>
          </div>
          <p class="knob-help" id={`${id}-help`}>
            {form?.help}
          </p>
        </div>
        {usual.map(row)}
        {rare.length > 0 && (
          <details class="rare">
            <summary>{plural(rare.length, 'more setting')}</summary>
            <div class="knobs">{rare.map(row)}</div>
          </details>
        )}
        {props.case === undefined && (
          <button
            type="button"
            class="link"
            onClick={() => {
              edit((text) => removeEntry(text, index))
              onRemoved()
            }}
            aria-label={`Remove this entry: ${title} at ${String(entry['at'] ?? '')}`}
          >
            Remove this entry
          </button>
        )}
      </div>
    </details>
  )
}
