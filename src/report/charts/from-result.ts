import type { Scenario } from '../../model/scenario.ts'
import type {
  InstanceResult,
  Lane,
  RolloutResult,
  RunResult,
  RunSeries,
  SetSeries,
  Steps,
  TraceEntry,
} from '../../sim/result.ts'
import { rolloutHeading } from '../rollout-text.ts'
import { statusText } from '../text.ts'
import { list } from '../wording.ts'
import type { BatchGanttData, GanttRollout } from './batch-gantt.ts'
import type { DemandData } from './demand.ts'
import { NO_STEPS, running, sumOf, valueAt } from './steps.ts'
import type { Halt, RowBatch, SwimlaneData, SwimlaneGroup, SwimlaneRow } from './swimlane.ts'
import type { StripCheck, ThresholdStripData } from './threshold-strip.ts'
import { type TimeScale, timeScale } from './time-scale.ts'
import type { VersionsData } from './versions.ts'
import type { ZoneGridData } from './zone-grid.ts'

/** What the charts of one run show, as plain data. */
export interface RunCharts {
  readonly swimlane: SwimlaneData
  /** Two for each scale set that had a rolling upgrade: of the upgraded instances, and of all. */
  readonly strips: readonly NamedStrip[]
  readonly gantt: BatchGanttData
  readonly zones: ZoneGridData
  /** Serving against target for each scale set, then every demand against its capacity. */
  readonly demand: readonly (DemandData & { readonly title: string })[]
  /** One for each scale set. */
  readonly versions: readonly (VersionsData & { readonly title: string })[]
}

export interface NamedStrip extends ThresholdStripData {
  readonly title: string
  readonly rules: readonly string[]
}

/** More instances than this: rows that look the same are drawn once. */
const ROWS_FOLDED_ABOVE = 60

/** @param result of a run that kept its trace; without one the charts over time are empty */
export function chartsOf(result: RunResult, scenario: Scenario, time: TimeScale = timeScaleOf(result)): RunCharts {
  const series = result.series ?? { scaleSets: [], rollouts: [], demand: [], versions: [] }
  const several = scenario.scaleSets.length > 1
  return {
    swimlane: swimlaneData(result, time, several),
    strips: series.scaleSets.flatMap((set) => stripsOf(result, scenario, series, set, several)),
    gantt: { rollouts: result.rollouts.map((rollout, i) => ganttRollout(result, rollout, i, several)) },
    zones: { instances: gridInstances(result) },
    demand: [...series.scaleSets.map((set) => servingData(set, several)), ...demandData(series, several)],
    versions: versionsOf(result, series, several),
  }
}

/** The time axis of all charts of this run. */
export function timeScaleOf(
  result: RunResult,
  options: { readonly width?: number; readonly left?: number; readonly folds?: boolean } = {},
): TimeScale {
  return timeScale({ durationMs: result.durationMs, busyMs: busyTimes(result), ...options })
}

/** Moments at which something happens that no chart may fold away. */
export function busyTimes({ lanes, durationMs, rollouts, series }: RunResult): number[] {
  return [
    ...lanes.flatMap(({ spans }) => spans.map(({ fromMs }) => fromMs)),
    ...rollouts.flatMap(({ startedAtMs, endedAtMs, batches }) => [
      startedAtMs,
      endedAtMs ?? durationMs,
      ...batches.flatMap((batch) => [batch.startedAtMs, batch.endedAtMs ?? durationMs]),
    ]),
    ...(series?.demand.flatMap(({ level }) => level.atMs) ?? []),
    ...(series?.scaleSets.flatMap(({ target }) => target.atMs) ?? []),
    ...rolloutsUnderWay(rollouts, durationMs),
  ]
}

/** A rollout is never folded away, however long one waits in it: every minute of it counts as busy. */
function rolloutsUnderWay(rollouts: readonly RolloutResult[], durationMs: number): number[] {
  return rollouts.flatMap(({ startedAtMs, endedAtMs }) => {
    const toMs = endedAtMs ?? durationMs
    const step = Math.max(60_000, (toMs - startedAtMs) / 500)
    return Array.from({ length: Math.floor((toMs - startedAtMs) / step) }, (_, i) => startedAtMs + i * step)
  })
}

/** `vmss-a/3`, as users address an instance; a surplus of overprovisioning has no number. */
export const instanceKey = ({ scaleSet, number, name, index }: InstanceResult): string =>
  number >= 0 ? `${scaleSet}/${number}` : `${scaleSet}/+${name === '' ? index : name}`

const zoneText = (zone: string | null): string => (zone === null ? 'regional' : `zone ${zone}`)

function swimlaneData(result: RunResult, time: TimeScale, several: boolean): SwimlaneData {
  const lanes = new Map(result.lanes.map((lane) => [lane.instance, lane]))
  const batches = batchesByInstance(result)
  const sets = [...new Set(result.instances.map(({ scaleSet }) => scaleSet))]
  const isFolded = result.instances.length > ROWS_FOLDED_ABOVE
  const groups = sets.flatMap((scaleSet): SwimlaneGroup[] => {
    const members = result.instances.filter((instance) => instance.scaleSet === scaleSet && lanes.has(instance.index))
    const zones = [...new Set(members.map(({ zone }) => zone))].sort(byText)
    return zones.map((zone) => {
      const rows = members
        .filter((instance) => instance.zone === zone)
        .sort((a, b) => byBatch(batches, a, b) || a.number - b.number || a.index - b.index)
        .map((instance) => rowOf(instance, lanes.get(instance.index)!, batches.get(instance.index) ?? []))
      return {
        label: several ? `${scaleSet} ${zoneText(zone)}` : zoneText(zone),
        rows: isFolded ? foldRows(rows, time) : rows,
        halts: haltsOf(result, scaleSet),
      }
    })
  })
  return { groups }
}

function rowOf(instance: InstanceResult, lane: Lane, batches: readonly RowBatch[]): SwimlaneRow {
  return {
    instance: instanceKey(instance),
    label: instance.number < 0 ? '+' : String(instance.number),
    indices: [instance.index],
    spans: lane.spans,
    batches,
  }
}

/** Rows that would be drawn the same to the px become one. */
function foldRows(rows: readonly SwimlaneRow[], time: TimeScale): SwimlaneRow[] {
  const folded = new Map<string, SwimlaneRow & { indices: number[] }>()
  for (const row of rows) {
    const key = [
      ...row.spans.map(({ fromMs, state }) => `${Math.round(time.x(fromMs))}${state}`),
      ...row.batches.map(({ name }) => name),
    ].join()
    const first = folded.get(key)
    if (first === undefined) folded.set(key, { ...row, indices: [...row.indices] })
    else first.indices.push(...row.indices)
  }
  return [...folded.values()].map((row) =>
    row.indices.length === 1 ? row : { ...row, label: `${row.label} ×${row.indices.length}` },
  )
}

/** Batches of each instance in order of time. */
function batchesByInstance({ rollouts, durationMs }: RunResult): Map<number, RowBatch[]> {
  const byInstance = new Map<number, RowBatch[]>()
  rollouts.forEach((rollout, r) => {
    rollout.batches.forEach((batch, b) => {
      const own = { name: `${r + 1}.${b + 1}`, fromMs: batch.startedAtMs, toMs: batch.endedAtMs ?? durationMs }
      for (const instance of batch.instances) byInstance.set(instance, [...(byInstance.get(instance) ?? []), own])
    })
  })
  return byInstance
}

/** In order of the first batch, so that batches show as steps; who was in none comes last. */
function byBatch(batches: ReadonlyMap<number, readonly RowBatch[]>, a: InstanceResult, b: InstanceResult): number {
  const first = ({ index }: InstanceResult) => batches.get(index)?.[0]?.fromMs ?? Number.MAX_SAFE_INTEGER
  return first(a) - first(b)
}

const byText = (a: string | null, b: string | null): number =>
  (a ?? '') < (b ?? '') ? -1 : (a ?? '') > (b ?? '') ? 1 : 0

function haltsOf({ rollouts }: RunResult, scaleSet: string): Halt[] {
  return rollouts.flatMap((rollout) => {
    const { status, endedAtMs } = rollout
    if (rollout.scaleSet !== scaleSet || endedAtMs === null || status === 'Completed') return []
    return [{ atMs: endedAtMs, label: statusText(rollout) }]
  })
}

function stripsOf(
  result: RunResult,
  scenario: Scenario,
  series: RunSeries,
  set: SetSeries,
  several: boolean,
): NamedStrip[] {
  const { scaleSet } = set
  const isOwn = (rollout: RolloutResult) => rollout.scaleSet === scaleSet && rollout.mode === 'Rolling'
  if (!result.rollouts.some(isOwn)) return []
  const policy = scenario.scaleSets.find(({ model }) => model.name === scaleSet)?.model.upgradePolicy
    .rollingUpgradePolicy
  const checks = result.trace.filter(({ what, subject }) => what === 'rollout.check' && subject === scaleSet)
  const limitOf = (found: readonly TraceEntry[], declared: number | undefined) =>
    Number(found.at(-1)?.numbers['limitPercent'] ?? declared ?? 20)
  const ofUpgraded = checks.filter(({ rule }) => rule === 'TH-5' || rule === 'TH-8')
  const ofAll = checks.filter(({ rule }) => rule === 'TH-1' || rule === 'TH-3')
  const where = several ? `, ${scaleSet}` : ''
  const spells = result.rollouts.flatMap((rollout, i) =>
    isOwn(rollout)
      ? [
          {
            numerator: series.rollouts[i]?.unhealthy ?? NO_STEPS,
            denominator: series.rollouts[i]?.upgraded ?? NO_STEPS,
            endMs: rollout.endedAtMs ?? result.durationMs,
          },
        ]
      : [],
  )
  const denominator = scenario.assumptions.upgradedDenominator
  return [
    {
      title: `Unhealthy among the upgraded instances${where}`,
      rules: ['TH-5', 'TH-6', 'TH-9'],
      counted: 'Upgraded instances that are unhealthy',
      of: denominator === 'total' ? 'instances of the scale set' : 'instances upgraded so far in this rollout',
      limitPercent: limitOf(ofUpgraded, policy?.maxUnhealthyUpgradedInstancePercent),
      spells,
      checks: ofUpgraded.map(checkOf),
    },
    {
      title: `Unhealthy among all instances${where}`,
      rules: ['TH-1', 'TH-3'],
      counted: 'Unhealthy instances, whatever made them so',
      of: 'instances of the scale set',
      limitPercent: limitOf(ofAll, policy?.maxUnhealthyInstancePercent),
      spells: [{ numerator: set.unhealthy, denominator: set.total, endMs: result.durationMs }],
      checks: ofAll.map(checkOf),
    },
  ]
}

const checkOf = ({ atMs, numbers, rule }: TraceEntry): StripCheck => ({
  atMs,
  count: Number(numbers['count']),
  total: Number(numbers['total']),
  breached: numbers['breached'] === true,
  rule: rule ?? '',
})

function ganttRollout(result: RunResult, rollout: RolloutResult, index: number, several: boolean): GanttRollout {
  const { durationMs, rollouts } = result
  return {
    label: `${rollouts.length > 1 ? `Rollout ${index + 1}: ` : ''}${rolloutHeading(rollout, several)}`,
    fromMs: rollout.startedAtMs,
    toMs: rollout.endedAtMs ?? durationMs,
    status: statusText(rollout),
    isBad: rollout.status === 'Faulted' || rollout.status === 'RollingBack',
    batches: rollout.batches.map((batch, i) => ({
      name: String(i + 1),
      where: [
        ...(batch.zones.length === 0 ? [] : [`zone ${list(batch.zones)}`]),
        ...(batch.updateDomain === null ? [] : [`UD ${batch.updateDomain}`]),
      ].join(' '),
      fromMs: batch.startedAtMs,
      toMs: batch.endedAtMs ?? durationMs,
      instances: batch.instances.length,
      successful: batch.successful,
      failed: batch.failed,
      surge: batch.surge,
    })),
  }
}

function gridInstances(result: RunResult): ZoneGridData['instances'] {
  const lanes = new Map(result.lanes.map((lane) => [lane.instance, lane]))
  return result.instances.map((instance) => ({
    index: instance.index,
    name: instanceKey(instance),
    scaleSet: instance.scaleSet,
    zone: instance.zone,
    faultDomain: instance.faultDomain,
    spans: lanes.get(instance.index)?.spans ?? [],
  }))
}

function servingData({ scaleSet, target, serving }: SetSeries, several: boolean): RunCharts['demand'][number] {
  return {
    title: `Serving instances against the target capacity${several ? `, ${scaleSet}` : ''}`,
    unit: 'instances',
    needName: 'target capacity',
    haveName: 'serving',
    need: target,
    have: serving,
  }
}

function demandData({ demand }: RunSeries, several: boolean): RunCharts['demand'] {
  return demand.map(({ scaleSets, isQueue, level, capacity }) => ({
    title: `${isQueue ? 'Messages' : 'Requests'} against the capacity of the serving instances${several ? `, ${list(scaleSets)}` : ''}`,
    unit: isQueue ? 'messages a second' : 'requests a second',
    needName: 'demand',
    haveName: 'capacity',
    need: level,
    have: capacity,
  }))
}

/** Who held which version, by scale set. An image is called by its name; where models differ without it, by both. */
function versionsOf(result: RunResult, series: RunSeries, several: boolean): RunCharts['versions'] {
  const spans = series.versions.flatMap((lane) => lane.spans)
  const models = new Map<string, Set<number>>()
  for (const { image, modelVersion } of spans) models.set(image, (models.get(image) ?? new Set()).add(modelVersion))
  const needsModel = [...models.values()].some((own) => own.size > 1)
  const nameOf = ({ image, modelVersion }: { readonly image: string; readonly modelVersion: number }) =>
    needsModel ? `${image}, model ${modelVersion}` : image
  const styles = new Map<string, number>()
  for (const span of [...spans].sort((a, b) => a.fromMs - b.fromMs))
    if (!styles.has(nameOf(span))) styles.set(nameOf(span), styles.size)
  return series.scaleSets.map(({ scaleSet }) => {
    const changes = new Map<string, Map<number, number>>()
    const add = (name: string, atMs: number, by: number) => {
      const at = changes.get(name) ?? new Map<number, number>()
      changes.set(name, at.set(atMs, (at.get(atMs) ?? 0) + by))
    }
    for (const lane of series.versions) {
      const { scaleSet: own, deletedAtMs } = result.instances[lane.instance]!
      if (own !== scaleSet) continue
      lane.spans.forEach((span, i) => {
        const toMs = lane.spans[i + 1]?.fromMs ?? deletedAtMs
        add(nameOf(span), span.fromMs, 1)
        if (toMs !== null) add(nameOf(span), toMs, -1)
      })
    }
    const versions = [...changes]
      .map(([name, at]) => ({ name, style: styles.get(name)!, instances: running(at) }))
      .sort((a, b) => a.style - b.style)
    return { title: `Versions over time${several ? `, ${scaleSet}` : ''}`, versions }
  })
}

/** Counts of the whole estate at a moment; null where the run kept no series. */
export function countsAt({ series }: RunResult, atMs: number) {
  if (series === null) return null
  const at = (pick: (set: SetSeries) => Steps) => valueAt(sumOf(series.scaleSets.map(pick)), atMs) ?? 0
  return {
    serving: at(({ serving }) => serving),
    target: at(({ target }) => target),
    unhealthy: at(({ unhealthy }) => unhealthy),
    total: at(({ total }) => total),
  }
}
