import type { InstanceResult, Lane, LaneState } from '../../sim/result.ts'

/** What an instance looks like: by letter, by colour (the class) and in words, so that no one channel has to carry it. */
export interface StateLook {
  readonly state: LaneState
  readonly letter: string
  readonly words: string
}

/** From the ordinary to the worst. The letters are those of the swimlane in the terminal. */
export const STATE_LOOKS: readonly StateLook[] = [
  { state: 'serving', letter: '·', words: 'serving' },
  { state: 'upgrading', letter: 'u', words: 'down for its upgrade' },
  { state: 'creating', letter: 'c', words: 'being created' },
  { state: 'starting', letter: 'b', words: 'booting' },
  { state: 'application', letter: 'a', words: 'application starting' },
  { state: 'stopped', letter: '_', words: 'stopped' },
  { state: 'deleting', letter: 'd', words: 'being deleted' },
  { state: 'misjudged', letter: '!', words: 'serving, but reported unhealthy' },
  { state: 'broken', letter: 'x', words: 'broken, not yet reported' },
  { state: 'unhealthy', letter: 'X', words: 'broken, reported unhealthy' },
  { state: 'failed', letter: 'F', words: 'provisioning failed' },
]

const BY_STATE = new Map(STATE_LOOKS.map((look) => [look.state, look]))
export const lookOf = (state: LaneState): StateLook | undefined => BY_STATE.get(state)

/** The state at a moment: that of the last span that has begun. Binary search, for it is asked for every frame. */
export function stateAt({ spans }: Lane, atMs: number): LaneState {
  let low = 0
  let high = spans.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (spans[middle]!.fromMs <= atMs) low = middle + 1
    else high = middle
  }
  return spans[low - 1]?.state ?? 'absent'
}

/** One place of the grid: a zone of a scale set and a fault domain in it. */
export interface Place {
  readonly zone: string | null
  readonly faultDomain: number
  readonly members: readonly InstanceResult[]
}

/** The instances of a scale set by place, zones and fault domains in order. A surplus without a number comes last. */
export function placesOf(instances: readonly InstanceResult[], scaleSet: string): Place[] {
  const places = new Map<string, { zone: string | null; faultDomain: number; members: InstanceResult[] }>()
  for (const instance of instances) {
    if (instance.scaleSet !== scaleSet) continue
    const key = `${instance.zone ?? ''}/${instance.faultDomain}`
    const place = places.get(key) ?? { zone: instance.zone, faultDomain: instance.faultDomain, members: [] }
    places.set(key, place)
    place.members.push(instance)
  }
  const text = (zone: string | null) => zone ?? ''
  return [...places.values()].sort((a, b) =>
    text(a.zone) < text(b.zone) ? -1 : text(a.zone) > text(b.zone) ? 1 : a.faultDomain - b.faultDomain,
  )
}

/** How many instances are in each state at a moment; those that are not there are not counted. */
export function countStates(lanes: readonly Lane[], atMs: number): ReadonlyMap<LaneState, number> {
  const counts = new Map<LaneState, number>()
  for (const lane of lanes) {
    const state = stateAt(lane, atMs)
    if (state !== 'absent') counts.set(state, (counts.get(state) ?? 0) + 1)
  }
  return counts
}
