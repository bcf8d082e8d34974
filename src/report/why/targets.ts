import { formatClock } from '../../model/duration.ts'
import type { TraceEntry } from '../../sim/result.ts'
import { lossText } from '../loss-text.ts'
import { instanceMinutes, list, plural } from '../wording.ts'
import { landmarkOf } from './chain.ts'
import { sentenceOf } from './sentences.ts'
import type { TraceIndex } from './trace-index.ts'

/** What a measure is told by: the entry whose story explains it, and what else is to be known. */
export interface Anchor {
  /** Null: nothing in the trace stands for it. */
  readonly entry: TraceEntry | null
  readonly sayings: readonly string[]
  /** The rollout that it is about, by its place in `rollouts[]`; null: none in particular. */
  readonly rollout: number | null
}

type Path = readonly (string | number)[]
/** Whether an entry is about the part of the estate that was asked for. */
type Scope = (entry: TraceEntry) => boolean

/** The entry that explains a measure, by the path that an expectation names. */
export function anchorOf(path: Path, index: TraceIndex): Anchor {
  if (path[0] === 'perScaleSet') {
    const set = String(path[1])
    return anchorOfMeasure(path.slice(2), index, (entry) => index.scaleSetOf(entry.subject) === set, set)
  }
  if (path[0] === 'rollouts') return anchorOfRollout(path, index)
  return anchorOfMeasure(path, index, () => true, null)
}

export const NO_ROLLOUT_STARTED = 'no rollout started'

function anchorOfRollout(path: Path, index: TraceIndex): Anchor {
  const [, at, member] = path
  const traced = index.rollouts[Number(at)]
  if (typeof at === 'number' && traced !== undefined) {
    const isAboutStart = ['trigger', 'startedBy', 'mode', 'target', 'scaleSet', 'startedAt'].includes(String(member))
    const entry = (isAboutStart ? traced.started : traced.ended) ?? traced.started
    return { entry, sayings: [], rollout: traced.at }
  }
  const count = index.rollouts.length
  const said = count === 0 ? NO_ROLLOUT_STARTED : `there ${count === 1 ? 'was' : 'were'} ${plural(count, 'rollout')}`
  const last = index.rollouts.at(-1)
  const entry = obstacleOf(index) ?? last?.ended ?? last?.started ?? null
  return { entry, sayings: [said], rollout: last?.at ?? null }
}

/** Why a rollout that somebody waits for does not come: of several reasons the one that says most. */
const NO_ROLLOUT = [
  'osUpgrade.blocked',
  'write.rejected',
  'operation.rejected',
  'osUpgrade.optedOut',
  'gallery.replicationFailed',
  'imageTemplate.customizerFailed',
  'imageTemplate.runEnded',
  'gallery.refused',
  'model.unchanged',
  'osUpgrade.nothingNewer',
]

function obstacleOf(index: TraceIndex): TraceEntry | null {
  for (const what of NO_ROLLOUT) {
    const found = lastOf(index, [what], isObstacle)
    if (found !== null) return found
  }
  return null
}

/** A build that came out well keeps nobody waiting. */
const isObstacle: Scope = ({ what, numbers }) => what !== 'imageTemplate.runEnded' || numbers['runState'] === 'Failed'

function firstOf(index: TraceIndex, what: readonly string[], scope: Scope): TraceEntry | null {
  return index.result.trace.find((entry) => what.includes(entry.what) && scope(entry)) ?? null
}

function lastOf(index: TraceIndex, what: readonly string[], scope: Scope): TraceEntry | null {
  return index.result.trace.findLast((entry) => what.includes(entry.what) && scope(entry)) ?? null
}

/** Entries that make up a measure, most telling first; the first kind of which there is any counts. */
const ENTRIES: Readonly<Record<string, readonly string[]>> = {
  'repairs.count': ['repair.started'],
  'repairs.loops': ['repair.loop', 'repair.started'],
  'repairs.suspended': ['repair.serviceState', 'repair.started'],
  'spot.evictions': ['spot.evicted'],
  'spot.evictionsBy.reclaim': ['spot.reclaimed', 'spot.reclaimedFrom', 'spot.evicted'],
  'spot.evictionsBy.price': ['spot.outbid', 'spot.evicted'],
  'spot.evictionsBy.hazard': ['spot.lifeEnded', 'spot.evicted'],
  'spot.evictionsBy.simulated': ['spot.simulated', 'spot.evicted'],
  'spot.restored': ['spot.restored', 'spot.notRestored', 'spot.restoreGivenUp'],
  'spot.abruptStops': ['spot.evicted'],
  'spot.minRegular': ['spot.evicted', 'scaleSet.scaledIn'],
  'faults.hosts': ['host.failed'],
  'faults.faultDomains': ['faultDomain.failed'],
  'faults.freezes': ['instance.paused'],
  'faults.failedDeletes': ['instance.deleteFailed'],
  'zoneBalance.moves': ['zoneBalance.ended', 'zoneBalance.timedOut', 'zoneBalance.started'],
  'autoscale.scaleOuts': ['autoscale.InstanceScaleAction', 'scaleSet.scaledOut'],
  'autoscale.scaleIns': ['autoscale.InstanceScaleAction', 'scaleSet.scaledIn'],
  'autoscale.flaps': ['autoscale.InstanceScaleAction'],
  'autoscale.flapsPrevented': ['autoscale.Flapping', 'autoscale.FlappingOccurred', 'autoscale.InstanceScaleAction'],
  timeToCapacity: ['scaleSet.scaledOut'],
  timeToRecover: ['instance.serving', 'instance.unharmed'],
  timeToRollBack: ['instance.unharmed'],
  'cost.surge': ['rollout.batchStarted'],
  'cost.surgeHours': ['rollout.batchStarted'],
  'cost.replicaHours': ['gallery.replicasChanged', 'gallery.replicated', 'gallery.published'],
  'cost.replicas': ['gallery.replicasChanged', 'gallery.replicated', 'gallery.published'],
  'cost.builds': ['imageTemplate.runEnded'],
}

/** What instances cost is the sum of all of them: the last change of their number says most. */
const OF_THE_FLEET = ['scaleSet.scaledOut', 'scaleSet.scaledIn', 'run.started']

function anchorOfMeasure(path: Path, index: TraceIndex, scope: Scope, scaleSet: string | null): Anchor {
  const name = path.join('.')
  switch (path[0]) {
    case 'blastRadius':
    case 'exposed':
      return anchorOfHarm(index, scope)
    case 'availability':
      return anchorOfLoss(index, scaleSet)
    case 'timeToHalt':
      return anchorOfHalt(index, scaleSet)
    case 'demand':
      return anchorOfDemand(index, scope)
    case 'bootTime':
      return { entry: slowestBoot(index, scope), sayings: [], rollout: null }
    case 'findings':
      return anchorOfFinding(String(path[1]), index)
    default: {
      const kinds = ENTRIES[name] ?? OF_THE_FLEET
      const kind = kinds.find((what) => firstOf(index, [what], scope) !== null)
      const missing = kind === kinds[0] || ENTRIES[name] === undefined ? [] : [`the trace has no ${kinds[0]}`]
      return { entry: kind === undefined ? null : lastOf(index, [kind], scope), sayings: missing, rollout: null }
    }
  }
}

function anchorOfHarm(index: TraceIndex, scope: Scope): Anchor {
  const harmed = index.result.trace.filter((entry) => entry.what === 'instance.harmed' && scope(entry))
  const [first] = harmed
  if (first === undefined) return { entry: null, sayings: ['no instance was harmed'], rollout: null }
  const instances = new Set(harmed.map(({ subject }) => subject))
  const reasons = new Set(harmed.map((entry) => reasonText(entry, index)))
  const [from, to] = [first.atMs, harmed.at(-1)!.atMs].map(formatClock)
  const when = from === to ? `at ${from}` : `from ${from} to ${to}`
  return {
    entry: first,
    sayings: [`${plural(instances.size, 'instance')} harmed by ${list([...reasons])}, ${when}`],
    rollout: index.rolloutAt(first)?.at ?? null,
  }
}

function reasonText(entry: TraceEntry, index: TraceIndex): string {
  const { defect, of } = entry.numbers
  return defect === '' ? sentenceOf(landmarkOf(entry, index), index) : `${String(defect)} (${String(of)})`
}

/** Reasons of lost capacity that are told beside the first. */
const REASONS_MAX = 3

function anchorOfLoss(index: TraceIndex, scaleSet: string | null): Anchor {
  const all = index.result.lostCapacity.filter(({ scaleSets }) => scaleSet === null || scaleSets.includes(scaleSet))
  const [first] = all
  if (first === undefined) return { entry: null, sayings: ['no capacity was lost'], rollout: null }
  return {
    entry: first.entry === null ? null : index.entry(first.entry),
    sayings: all
      .slice(0, REASONS_MAX)
      .map(
        (lost) =>
          `${instanceMinutes(lost.lostMs / 60_000)} of ${plural(lost.instances, 'instance')} lost to ${lossText(lost)}`,
      ),
    rollout: null,
  }
}

function anchorOfHalt(index: TraceIndex, scaleSet: string | null): Anchor {
  const halted = index.rollouts.find(
    ({ rollout }) => rollout.status === 'Faulted' && (scaleSet === null || rollout.scaleSet === scaleSet),
  )
  return halted === undefined
    ? { entry: index.rollouts.at(-1)?.ended ?? null, sayings: ['no rollout was halted'], rollout: null }
    : { entry: halted.ended, sayings: [], rollout: halted.at }
}

function anchorOfDemand(index: TraceIndex, scope: Scope): Anchor {
  const [first] = index.result.unservedDemand
  if (first === undefined)
    return { entry: firstOf(index, ['demand.unserved'], scope), sayings: ['every request was served'], rollout: null }
  const entry = first.entry === null ? firstOf(index, ['demand.unserved'], () => true) : index.entry(first.entry)
  return {
    entry,
    sayings: index.result.unservedDemand
      .slice(0, REASONS_MAX)
      .map((lost) => `${plural(Math.round(lost.requests), 'request')} without capacity: ${lossText(lost)}`),
    rollout: null,
  }
}

function slowestBoot(index: TraceIndex, scope: Scope): TraceEntry | null {
  let slowest: TraceEntry | null = null
  for (const entry of index.result.trace) {
    if (entry.what !== 'instance.starting' || !scope(entry)) continue
    if (slowest === null || Number(entry.numbers['bootMs']) > Number(slowest.numbers['bootMs'])) slowest = entry
  }
  return slowest
}

function anchorOfFinding(code: string, index: TraceIndex): Anchor {
  const { findings } = index.result
  const found = code === 'count' ? findings : findings.filter((finding) => finding.code === code)
  const [first] = found
  if (first === undefined)
    return {
      entry: null,
      sayings: [code === 'count' ? 'nothing stood out' : `nothing was found that ${code} stands for`],
      rollout: null,
    }
  const rules = new Set(first.rules)
  // What a finding rests on, where the trace names the same rule.
  const entry = index.result.trace.find(({ rule }) => rule !== null && rules.has(rule)) ?? null
  return { entry, sayings: [`${first.code}, ${first.where}`, ...first.evidence], rollout: null }
}
