import type { DemandFlow } from './demand/demand.ts'
import type { Instance } from './instance.ts'
import type { DemandSeries, RolloutSeries, RunSeries, SetSeries, Steps, VersionLane } from './result.ts'
import type { RollingUpgrade } from './rolling-upgrade/rolling-upgrade.ts'
import type { RollingUpgrades } from './rolling-upgrade/rolling-upgrades.ts'
import { countsAsUnhealthy, isCountable, isInTotal } from './rolling-upgrade/set-counts.ts'
import type { Run } from './run.ts'
import type { ScaleSetState } from './scale-set-state.ts'

/** Steps under construction: of several values within one instant the last one stays. */
class StepsBuilder implements Steps {
  readonly atMs: number[] = []
  readonly values: number[] = []

  put(atMs: number, value: number): void {
    const { atMs: times, values } = this
    const last = times.length - 1
    if (last >= 0 && times[last] === atMs) {
      values[last] = value
      if (last > 0 && values[last - 1] === value) {
        times.pop()
        values.pop()
      }
    } else if (last < 0 || values[last] !== value) {
      times.push(atMs)
      values.push(value)
    }
  }
}

interface SetCounters extends SetSeries {
  readonly target: StepsBuilder
  readonly serving: StepsBuilder
  readonly total: StepsBuilder
  readonly unhealthy: StepsBuilder
  counts: { serving: number; total: number; unhealthy: number }
}

/** What one instance adds to the counts of its set. */
const SERVING = 1
const COUNTED = 2
const UNHEALTHY = 4

/** The upgraded instances of one rollout as they were last looked at: the same numbers as `checkUpgradedNow`, without its walk. */
interface RolloutCounters {
  readonly upgraded: StepsBuilder
  readonly unhealthy: StepsBuilder
  /** By instance index, how often it stands among the upgraded. */
  readonly times: Map<number, number>
  readonly sick: Set<number>
  taken: number
  unhealthyNow: number
}

/**
 * Counts over time what charts show, with the functions that decide. Only set up when the trace is kept; it schedules
 * nothing, draws nothing and records nothing, so the run is the same with and without it.
 */
export class SeriesRecorder {
  private readonly run: Run
  private readonly rolling: RollingUpgrades
  private readonly sets: SetCounters[]
  private readonly rollouts: RolloutCounters[] = []
  private readonly demand: (DemandSeries & { readonly level: StepsBuilder; readonly capacity: StepsBuilder })[]
  private readonly versions: { fromMs: number; image: string; modelVersion: number }[][] = []
  /** By instance index, see the bits above. */
  private readonly seen: number[] = []

  constructor(run: Run, rolling: RollingUpgrades, flow: DemandFlow) {
    this.run = run
    this.rolling = rolling
    this.sets = run.sets.map(({ name, targetCapacity }) => {
      const counters = {
        scaleSet: name,
        target: new StepsBuilder(),
        serving: new StepsBuilder(),
        total: new StepsBuilder(),
        unhealthy: new StepsBuilder(),
        counts: { serving: 0, total: 0, unhealthy: 0 },
      }
      counters.target.put(0, targetCapacity)
      return counters
    })
    this.demand = flow.states.map(({ demand, pool }) => {
      const series = {
        scaleSets: demand.scaleSets,
        isQueue: pool.isQueue,
        level: new StepsBuilder(),
        capacity: new StepsBuilder(),
      }
      series.level.put(0, pool.level)
      series.capacity.put(0, pool.capacity)
      return series
    })
    flow.onChange.push(({ index, pool }) => {
      this.demand[index]!.level.put(run.nowMs, pool.level)
      this.demand[index]!.capacity.put(run.nowMs, pool.capacity)
    })
    const { facts } = run
    const look = (instance: Instance) => this.look(instance)
    for (const listeners of [
      facts.looksDifferent,
      facts.servingChanged,
      facts.created,
      facts.provisioned,
      facts.provisioningFailed,
      facts.protectionChanged,
      facts.left,
      facts.leaving,
      facts.deleted,
      facts.deleteFailed,
      facts.started,
      facts.stopped,
    ])
      listeners.push(look)
    facts.modelChanged.push((set) => set.instances.forEach(look))
    facts.upgradeProgressed.push((set) => this.lookAtUpgrade(set, null))
    facts.batchEnded.push((set) => this.lookAtAllUpgraded(set))
  }

  private look(instance: Instance): void {
    const { run } = this
    const { set, index } = instance
    const series = this.sets[set.index]!
    const now = this.bitsOf(instance)
    const before = this.seen[index] ?? 0
    if (now !== before) {
      this.seen[index] = now
      const { counts } = series
      const change = (bit: number) => (now & bit ? 1 : 0) - (before & bit ? 1 : 0)
      counts.serving += change(SERVING)
      counts.total += change(COUNTED)
      counts.unhealthy += change(UNHEALTHY)
      series.serving.put(run.nowMs, counts.serving)
      series.total.put(run.nowMs, counts.total)
      series.unhealthy.put(run.nowMs, counts.unhealthy)
    }
    series.target.put(run.nowMs, set.targetCapacity)
    this.lookAtVersion(instance)
    this.lookAtUpgrade(set, instance)
  }

  /** As `countSet` counts it. */
  private bitsOf(instance: Instance): number {
    const serving = instance.serving ? SERVING : 0
    if (!isCountable(instance)) return serving
    return (
      serving | (isInTotal(this.run, instance) ? COUNTED : 0) | (countsAsUnhealthy(this.run, instance) ? UNHEALTHY : 0)
    )
  }

  private lookAtVersion(instance: Instance): void {
    const { index, modelVersion } = instance
    const image = instance.compiled.imageKey
    const spans = this.versions[index] ?? []
    this.versions[index] = spans
    const last = spans.at(-1)
    if (last?.image === image && last.modelVersion === modelVersion) return
    const { nowMs } = this.run
    if (last?.fromMs === nowMs) Object.assign(last, { image, modelVersion })
    else spans.push({ fromMs: nowMs, image, modelVersion })
  }

  /** Takes in who has been upgraded since, and this one again. */
  private lookAtUpgrade(set: ScaleSetState, instance: Instance | null): void {
    const upgrade = this.rolling.runningOf(set)
    if (upgrade === null) return
    const counters = this.rolloutAt(upgrade.index)
    const { upgraded } = upgrade
    for (; counters.taken < upgraded.all.length; counters.taken++) {
      const one = upgraded.all[counters.taken]!
      judge(counters, upgrade, one, (counters.times.get(one.index) ?? 0) + 1)
    }
    if (instance !== null) judge(counters, upgrade, instance, counters.times.get(instance.index) ?? 0)
    const { nowMs, assumptions } = this.run
    const { counts } = this.sets[set.index]!
    // TH-6: what the share is taken of.
    counters.upgraded.put(nowMs, assumptions.upgradedDenominator === 'total' ? counts.total : upgraded.size)
    counters.unhealthy.put(nowMs, counters.unhealthyNow + upgraded.lostSurgeCount)
  }

  private lookAtAllUpgraded(set: ScaleSetState): void {
    const upgrade = this.rolling.runningOf(set)
    if (upgrade === null) return
    for (const instance of new Set(upgrade.upgraded.all)) this.lookAtUpgrade(set, instance)
    this.lookAtUpgrade(set, null)
  }

  private rolloutAt(index: number): RolloutCounters {
    for (let i = this.rollouts.length; i <= index; i++)
      this.rollouts.push({
        upgraded: new StepsBuilder(),
        unhealthy: new StepsBuilder(),
        times: new Map(),
        sick: new Set(),
        taken: 0,
        unhealthyNow: 0,
      })
    return this.rollouts[index]!
  }

  result(): RunSeries {
    const plain = ({ atMs, values }: Steps): Steps => ({ atMs, values })
    if (this.run.rollouts.length > 0) this.rolloutAt(this.run.rollouts.length - 1)
    return {
      scaleSets: this.sets.map(({ scaleSet, target, serving, total, unhealthy }) => ({
        scaleSet,
        target: plain(target),
        serving: plain(serving),
        total: plain(total),
        unhealthy: plain(unhealthy),
      })),
      rollouts: this.rollouts.map(
        ({ upgraded, unhealthy }): RolloutSeries => ({ upgraded: plain(upgraded), unhealthy: plain(unhealthy) }),
      ),
      demand: this.demand.map(({ scaleSets, isQueue, level, capacity }) => ({
        scaleSets,
        isQueue,
        level: plain(level),
        capacity: plain(capacity),
      })),
      versions: this.run.fleet.map(
        ({ index }): VersionLane => ({ instance: index, spans: this.versions[index] ?? [] }),
      ),
    }
  }
}

/** TH-9: whether the instance, which stands so many times among the upgraded, counts as unhealthy now. */
function judge(counters: RolloutCounters, upgrade: RollingUpgrade, instance: Instance, times: number): void {
  const { index } = instance
  const before = counters.sick.has(index) ? (counters.times.get(index) ?? 0) : 0
  if (times > 0) counters.times.set(index, times)
  const isSick = times > 0 && upgrade.upgraded.countedAs(instance) !== null
  if (isSick) counters.sick.add(index)
  else counters.sick.delete(index)
  counters.unhealthyNow += (isSick ? times : 0) - before
}
