import { memo } from 'preact/compat'
import { useMemo } from 'preact/hooks'
import { plural } from '../../report/wording.ts'
import type { InstanceResult, Lane, LaneState } from '../../sim/result.ts'
import type { RunView } from '../engine/protocol.ts'
import { countStates, letterOf, type Place, placesOf, STATES, signOf, stateAt } from './fleet-state.ts'

/** More squares than this have no letters: they would be too small to read. */
const LETTERS_MAX = 400
/** More squares than this are counted, not drawn. */
const DRAWN_MAX = 2400

/** Every instance as a square, by zone and fault domain, in the state it has at a moment. */
export function Fleet({ view, atMs }: { readonly view: RunView; readonly atMs: number }) {
  const { result, scaleSets } = view
  const { instances, lanes } = result
  const byIndex = useMemo(() => new Map(lanes.map((lane) => [lane.instance, lane])), [lanes])
  const sets = useMemo(
    () => scaleSets.map((set) => ({ ...set, places: placesOf(instances, set.name) })),
    [scaleSets, instances],
  )
  let left = DRAWN_MAX
  return (
    <div class={`fleet${instances.length > LETTERS_MAX ? ' dense' : ''}`}>
      {sets.map(({ name, location, places }) => {
        const own = places.flatMap(({ members }) => members.flatMap(({ index }) => byIndex.get(index) ?? []))
        const counts = countStates(own, atMs)
        const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
        const drawn = own.length <= left
        left -= own.length
        return (
          <div key={name} class="fleet-set" role="group" aria-label={`Scale set ${name}`}>
            <p class="fleet-name">
              {name} <span class="quiet">{location}</span>
              <span class="fleet-count">
                {(counts.get('serving') ?? 0) + (counts.get('misjudged') ?? 0)} of {plural(total, 'instance')} serving
              </span>
            </p>
            {drawn ? (
              <Grid places={places} lanes={byIndex} atMs={atMs} label={describe(counts)} />
            ) : (
              <p class="quiet">
                {plural(own.length, 'instance')}: too many for a square each. Counted: {describe(counts)}.
              </p>
            )}
          </div>
        )
      })}
      <Legend counts={countStates(lanes, atMs)} />
    </div>
  )
}

/** `24 serving, 6 broken, reported unhealthy`. */
function describe(counts: ReadonlyMap<LaneState, number>): string {
  const parts = STATES.flatMap((state) => {
    const count = counts.get(state)
    return count === undefined ? [] : [`${count} ${signOf(state).meaning}`]
  })
  return parts.length === 0 ? 'no instance' : parts.join(', ')
}

interface GridProps {
  readonly places: readonly Place[]
  readonly lanes: ReadonlyMap<number, Lane>
  readonly atMs: number
  readonly label: string
}

function Grid({ places, lanes, atMs, label }: GridProps) {
  const zones = [...new Set(places.map(({ zone }) => zone))]
  const domains = [...new Set(places.map(({ faultDomain }) => faultDomain))].sort((a, b) => a - b)
  return (
    <div class="grid" role="img" aria-label={`${label}, by zone and fault domain`} style={{ '--zones': zones.length }}>
      <span />
      {zones.map((zone) => (
        <span key={zone ?? ''} class="grid-head">
          {zone === null ? 'no zones' : `zone ${zone}`}
        </span>
      ))}
      {domains.map((domain) => [
        <span key={`fd${domain}`} class="grid-side">
          {domain < 0 ? '' : `FD ${domain}`}
        </span>,
        ...zones.map((zone) => {
          const place = places.find((one) => one.zone === zone && one.faultDomain === domain)
          const members = place?.members ?? []
          const states = members.map(({ index }) => stateAt(lanes.get(index) ?? NO_LANE, atMs))
          return <Cell key={`${zone}/${domain}`} members={members} states={states.join(' ')} />
        }),
      ])}
    </div>
  )
}

const NO_LANE: Lane = { instance: -1, spans: [] }

/** Drawn anew only when the state of one of its members has changed. */
const Cell = memo(function Cell({ members, states }: { members: readonly InstanceResult[]; states: string }) {
  const all = states.split(' ') as LaneState[]
  return (
    <span class="place">
      {members.map((member, at) => {
        const state = all[at]!
        if (state === 'absent') return null
        return (
          <span
            key={member.index}
            class={`i s-${state}`}
            title={`${member.scaleSet}/${member.number}: ${signOf(state).meaning}`}
          >
            {letterOf(state)}
          </span>
        )
      })}
    </span>
  )
})

/** The states that occur, and how many are in each. */
function Legend({ counts }: { readonly counts: ReadonlyMap<LaneState, number> }) {
  return (
    <ul class="legend" aria-label="States">
      {STATES.filter((state) => counts.has(state)).map((state) => (
        <li key={state}>
          <span class={`i s-${state}`} aria-hidden="true">
            {letterOf(state)}
          </span>
          {counts.get(state)} {signOf(state).meaning}
        </li>
      ))}
    </ul>
  )
}
