import type { Scenario } from '../model/scenario.ts'
import type { RunResult, TraceEntry } from '../sim/result.ts'
import type { TraceName } from '../sim/trace-catalogue.ts'
import { phraseOf } from './why/sentences.ts'
import { TraceIndex } from './why/trace-index.ts'
import { plural } from './wording.ts'

/** The trace as a timeline of decisions: what somebody decided, or what befell the fleet, each in a short phrase. */
export interface Decision {
  readonly atMs: number
  /** `vmss-a`, `vmss-a/3`, `world`, or `each of 6 instances of vmss-a`. */
  readonly subject: string
  /** Goes on where the subject ends: `is evicted (Deallocate)`. The rule stands in `rule`. */
  readonly text: string
  readonly rule: string | null
  readonly tone: 'bad' | 'good' | 'plain'
  /** Indices into the trace. */
  readonly entries: readonly number[]
}

/**
 * The kinds of entries that are told. What is not here is a step of a single instance, a health signal or a look at a metric:
 * the swimlane shows those, and the trace has them all.
 */
const TOLD: ReadonlySet<string> = new Set<TraceName>([
  'model.updated',
  'model.unchanged',
  'write.rejected',
  'operation.rejected',
  'manualUpgrade.started',
  'instance.harmed',
  'instance.unharmed',
  'instance.hung',
  'instance.broken',
  'instance.provisioningFailed',
  'instance.noMachine',
  'instance.deleteFailed',
  'instance.protected',
  'dependency.failed',
  'dependency.restored',
  'capacity.limited',
  'capacity.unlimited',
  'capacity.roomLimited',
  'capacity.roomUnlimited',
  'scaleSet.scaledOut',
  'scaleSet.scaledIn',
  'scaleSet.scaleDeferred',
  'scaleSet.scaleRefused',
  'gallery.published',
  'gallery.replicated',
  'gallery.replicationFailed',
  'gallery.excludeFromLatest',
  'gallery.replicasChanged',
  'gallery.regionRemoved',
  'gallery.versionDeleted',
  'gallery.regionFailed',
  'gallery.regionRestored',
  'gallery.refused',
  'platformImage.published',
  'imageTemplate.runStarted',
  'imageTemplate.runEnded',
  'imageTemplate.customizerFailed',
  'imageTemplate.validationFailed',
  'imageTemplate.triggerDisabled',
  'osUpgrade.found',
  'osUpgrade.blocked',
  'osUpgrade.requested',
  'osUpgrade.completed',
  'osUpgrade.approved',
  'osUpgrade.optedOut',
  'osUpgrade.optedIn',
  'osUpgrade.restoring',
  'osUpgrade.restored',
  'repair.started',
  'repair.loop',
  'repair.serviceState',
  'zone.failed',
  'zone.restored',
  'faultDomain.failed',
  'faultDomain.restored',
  'host.failed',
  'demand.changed',
  'demand.unserved',
  'demand.servedAgain',
  'spot.evicted',
  'spot.reclaimed',
  'spot.reclaimedFrom',
  'spot.outbid',
  'spot.restored',
  'spot.restoreGivenUp',
  'autoscale.InstanceScaleAction',
  'autoscale.Flapping',
  'autoscale.FlappingOccurred',
  'autoscale.MetricFailure',
  'request.throttled',
  'standby.taken',
  'standby.noneReady',
  'rollout.started',
  'rollout.check',
  'rollout.batchStarted',
  'rollout.batchShrunk',
  'rollout.surgeFellBack',
  'rollout.instanceFailed',
  'rollout.batchEnded',
  'rollout.goesOn',
  'rollout.paused',
  'rollout.cancelRequested',
  'rollout.rollingBack',
  'rollout.ended',
  'zoneBalance.started',
  'zoneBalance.cancelled',
  'zoneBalance.timedOut',
  'maintenance.planned',
  'maintenance.stopped',
  'maintenance.ended',
])

const BAD: ReadonlySet<string> = new Set([
  'instance.harmed',
  'instance.provisioningFailed',
  'instance.noMachine',
  'dependency.failed',
  'zone.failed',
  'faultDomain.failed',
  'host.failed',
  'demand.unserved',
  'rollout.instanceFailed',
  'rollout.cancelRequested',
  'repair.loop',
  'spot.evicted',
])

/**
 * Everything worth a line, in order of time, in the words in which `why` tells it. The same thing happening to several instances
 * of a set at one moment is one line.
 *
 * @param result of this scenario, with its trace kept
 */
export function decisionsOf(scenario: Scenario, result: RunResult): Decision[] {
  const index = new TraceIndex(scenario, result)
  const decisions: (Decision & { entries: number[]; subjects: string[] })[] = []
  const open = new Map<string, (typeof decisions)[number]>()
  let openAtMs = -1
  for (const entry of result.trace) {
    if (!TOLD.has(entry.what)) continue
    if (entry.atMs !== openAtMs) open.clear()
    openAtMs = entry.atMs
    const text = textOf(entry, index)
    const isInstance = index.instanceAt(entry.subject) !== undefined
    const key = [entry.what, index.scaleSetOf(entry.subject), entry.rule, text].join('\u0000')
    const same = isInstance ? open.get(key) : undefined
    if (same !== undefined) {
      same.entries.push(entry.id)
      same.subjects.push(entry.subject)
      continue
    }
    const decision = {
      atMs: entry.atMs,
      subject: entry.subject,
      text,
      rule: entry.rule,
      tone: toneOf(entry),
      entries: [entry.id],
      subjects: [entry.subject],
    }
    decisions.push(decision)
    open.set(key, decision)
  }
  return decisions.map(({ subjects, ...decision }) => ({
    ...decision,
    subject:
      subjects.length === 1
        ? decision.subject
        : `each of ${plural(subjects.length, 'instance')} of ${index.scaleSetOf(decision.subject)}`,
  }))
}

/** The rule has a column of its own. */
function textOf(entry: TraceEntry, index: TraceIndex): string {
  const phrase = phraseOf(entry, index)
  return entry.rule === null ? phrase : phrase.replace(` (${entry.rule})`, '')
}

function toneOf({ what, numbers }: TraceEntry): Decision['tone'] {
  if (BAD.has(what) || numbers['breached'] === true || numbers['status'] === 'Faulted') return 'bad'
  return what === 'rollout.ended' && numbers['status'] === 'Completed' ? 'good' : 'plain'
}
