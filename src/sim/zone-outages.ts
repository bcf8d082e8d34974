import { type Instance, isMember } from './instance.ts'
import type { Run } from './run.ts'
import type { ScaleSetState } from './scale-set-state.ts'

/** A zone with a single member is down whenever that one is changed; no policy could prevent it. */
const MEMBERS_MIN = 2

interface Zone {
  members: number
  serving: number
  /** A member has served since the zone was last empty. */
  wasUp: boolean
  /** Since when no member serves, ms; -1: one does. */
  darkSinceMs: number
  wentDown: boolean
}

/**
 * In which zones of which scale sets there was a moment without a single serving member, although there were two or more and
 * the zone had been up before. Kept by counters, one change at a time; a moment of no length is none.
 */
export class ZoneOutages {
  private readonly run: Run
  /** By set, then by zone of it. Empty for a regional set. */
  private readonly zones: Zone[][]
  /** By instance: the zone it is counted in, and whether as serving. */
  private readonly counted: ({ readonly zone: Zone; serving: boolean } | undefined)[] = []

  constructor(run: Run) {
    this.run = run
    this.zones = run.sets.map(() => [])
    for (const listeners of [run.facts.created, run.facts.servingChanged, run.facts.left])
      listeners.push((instance) => this.look(instance))
  }

  private look(instance: Instance): void {
    const known = this.counted[instance.index]
    const isCounted = isMember(instance) && instance.set.zones[instance.zone] !== undefined
    if (known === undefined) {
      if (!isCounted) return
      const zone = this.zoneOf(instance)
      this.counted[instance.index] = { zone, serving: instance.serving }
      zone.members++
      if (instance.serving) zone.serving++
      this.changed(zone)
    } else if (!isCounted) {
      this.counted[instance.index] = undefined
      known.zone.members--
      if (known.serving) known.zone.serving--
      this.changed(known.zone)
    } else if (known.serving !== instance.serving) {
      known.serving = instance.serving
      known.zone.serving += instance.serving ? 1 : -1
      this.changed(known.zone)
    }
  }

  private zoneOf({ set, zone }: Instance): Zone {
    const own = this.zones[set.index]!
    own[zone] ??= { members: 0, serving: 0, wasUp: false, darkSinceMs: -1, wentDown: false }
    return own[zone]
  }

  private changed(zone: Zone): void {
    if (zone.serving > 0) zone.wasUp = true
    else if (zone.members === 0) zone.wasUp = false
    const isDark = zone.wasUp && zone.serving === 0 && zone.members >= MEMBERS_MIN
    if (isDark && zone.darkSinceMs < 0) zone.darkSinceMs = this.run.nowMs
    else if (!isDark) this.end(zone)
  }

  private end(zone: Zone): void {
    if (zone.darkSinceMs >= 0 && zone.darkSinceMs < this.run.nowMs) zone.wentDown = true
    zone.darkSinceMs = -1
  }

  /** Zones of the set that were down at a moment up to now. */
  count(set: ScaleSetState): number {
    const own = this.zones[set.index]!.filter((zone) => zone !== undefined)
    const { nowMs } = this.run
    return own.filter((zone) => zone.wentDown || (zone.darkSinceMs >= 0 && zone.darkSinceMs < nowMs)).length
  }
}
