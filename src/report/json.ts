import { formatDuration } from '../model/duration.ts'
import type { Finding } from '../model/finding.ts'
import type { BatchResult, LossReason, RolloutResult, RunResult, SetMeasures } from '../sim/result.ts'
import { lossText } from './loss-text.ts'
import type { ResultEntry, RunDocument } from './result-schema.ts'
import { overallVerdict } from './wording.ts'

/**
 * The one document of `run -o json` (design §3). Keys always come in the same order and absent values are left out or
 * null as the schema says, so that the same results give the same bytes under `JSON.stringify`.
 */
export function resultDocument(
  entries: readonly {
    readonly result: RunResult
    readonly file?: string
    readonly case?: string
  }[],
  engine: { readonly name: string; readonly version: string },
): RunDocument {
  return {
    formatVersion: 1,
    engine: { name: engine.name, version: engine.version },
    verdict: overallVerdict(entries.map(({ result }) => result)),
    results: entries.map((entry) => resultEntry(entry.result, entry.file ?? null, entry.case ?? null)),
  }
}

function resultEntry(result: RunResult, file: string | null, caseName: string | null): ResultEntry {
  const { measures } = result
  return {
    scenario: result.scenario,
    file,
    case: caseName,
    seed: result.seed,
    traceHash: result.traceHash,
    duration: formatDuration(result.durationMs),
    events: result.events,
    measures: {
      ...setMeasures(measures),
      perScaleSet: Object.fromEntries(
        Object.entries(measures.perScaleSet).map(([name, ofSet]) => [name, setMeasures(ofSet)]),
      ),
    },
    rollouts: result.rollouts.map((rollout) => rolloutEntry(result, rollout)),
    builds: result.builds.map(buildEntry),
    osUpgradeHistory: Object.fromEntries(
      Object.entries(result.osUpgradeHistory).map(([name, history]) => [name, history.map(historyEntry)]),
    ),
    imageVersions: result.imageVersions.map(({ id, excludeFromLatest, replicationStatus }) => ({
      id,
      excludeFromLatest,
      replicationStatus: {
        aggregatedState: replicationStatus.aggregatedState,
        summary: replicationStatus.summary.map(({ region, state }) => ({ region, state })),
      },
    })),
    autoscaleHistory: result.autoscaleHistory.map(autoscaleEntry),
    lostCapacity: result.lostCapacity.map(lostEntry),
    unservedDemand: result.unservedDemand.map((lost) => ({ ...reasonEntry(lost), requests: lost.requests })),
    expectations: result.expectations.map(({ text, verdict, actual, reason, shaky }) => ({
      text,
      verdict,
      actual,
      ...(reason === undefined ? {} : { reason }),
      ...(shaky === undefined ? {} : { shaky: [...shaky] }),
    })),
    findings: result.findings.map(findingEntry),
    verdict: result.verdict,
  }
}

// Every object is written out key by key: the order of keys then never depends on how the engine built its values.

function setMeasures(measures: SetMeasures) {
  const { blastRadius, exposed, availability, timeToHalt, timeToRecover, cost, repairs, demand } = measures
  return {
    blastRadius: {
      instances: blastRadius.instances,
      percent: blastRadius.percent,
      peakPercent: blastRadius.peakPercent,
      instanceMinutes: blastRadius.instanceMinutes,
      zones: blastRadius.zones,
      regions: blastRadius.regions,
      scaleSets: blastRadius.scaleSets,
    },
    exposed: { instances: exposed.instances, percent: exposed.percent },
    availability: {
      minServing: availability.minServing,
      minServingPercent: availability.minServingPercent,
      lostInstanceMinutes: availability.lostInstanceMinutes,
      zonesDown: availability.zonesDown,
    },
    timeToHalt: moment(timeToHalt),
    timeToRecover: moment(timeToRecover),
    timeToRollBack: moment(measures.timeToRollBack),
    timeToCapacity: moment(measures.timeToCapacity),
    bootTime: { p50: moment(measures.bootTime.p50), max: moment(measures.bootTime.max) },
    repairs: { count: repairs.count, loops: repairs.loops, suspended: repairs.suspended },
    spot: {
      evictions: measures.spot.evictions,
      evictionsBy: {
        reclaim: measures.spot.evictionsBy.reclaim,
        price: measures.spot.evictionsBy.price,
        hazard: measures.spot.evictionsBy.hazard,
        simulated: measures.spot.evictionsBy.simulated,
      },
      restored: measures.spot.restored,
      abruptStops: measures.spot.abruptStops,
      minRegular: measures.spot.minRegular,
    },
    faults: {
      hosts: measures.faults.hosts,
      faultDomains: measures.faults.faultDomains,
      freezes: measures.faults.freezes,
      failedDeletes: measures.faults.failedDeletes,
    },
    zoneBalance: { moves: measures.zoneBalance.moves },
    autoscale: {
      scaleOuts: measures.autoscale.scaleOuts,
      scaleIns: measures.autoscale.scaleIns,
      flaps: measures.autoscale.flaps,
      flapsPrevented: measures.autoscale.flapsPrevented,
    },
    cost: {
      instanceHours: { regular: cost.instanceHours.regular, spot: cost.instanceHours.spot },
      surgeHours: cost.surgeHours,
      replicaHours: cost.replicaHours,
      currency: cost.currency,
      total: cost.total,
      instances: { regular: cost.instances.regular, spot: cost.instances.spot },
      surge: cost.surge,
      disks: cost.disks,
      replicas: cost.replicas,
      builds: cost.builds,
    },
    demand: {
      unservedPercent: demand.unservedPercent,
      peakUnservedPercent: demand.peakUnservedPercent,
      totalRequests: demand.totalRequests,
      unservedRequests: demand.unservedRequests,
      peakBacklog: demand.peakBacklog,
      backlogAtEnd: demand.backlogAtEnd,
    },
  }
}

function rolloutEntry(result: RunResult, rollout: RolloutResult): ResultEntry['rollouts'][number] {
  const { decision, startedAtMs, endedAtMs } = rollout
  return {
    scaleSet: rollout.scaleSet,
    trigger: rollout.trigger,
    startedBy: rollout.startedBy,
    targetImage: rollout.targetImage,
    mode: rollout.mode,
    target: rollout.target,
    status: rollout.status,
    errorCode: rollout.errorCode,
    errorMessage: rollout.errorMessage,
    lastAction: rollout.lastAction,
    startedAt: formatDuration(startedAtMs),
    endedAt: moment(endedAtMs),
    duration: endedAtMs === null ? null : formatDuration(endedAtMs - startedAtMs),
    batches: rollout.batches.length,
    leftOut: rollout.leftOut,
    zonesPerBatch: rollout.zonesPerBatch,
    successful: rollout.successful,
    failed: rollout.failed,
    inProgress: rollout.inProgress,
    pending: rollout.pending,
    rolledBack: rollout.rolledBack,
    rollbackFailed: rollout.rollbackFailed,
    decision:
      decision === null
        ? null
        : {
            rule: decision.rule,
            breached: decision.breached,
            count: decision.count,
            total: decision.total,
            limitPercent: decision.limitPercent,
            at: formatDuration(decision.atMs),
          },
    batchList: rollout.batches.map((batch) => batchEntry(result, batch)),
  }
}

function buildEntry(build: RunResult['builds'][number]): ResultEntry['builds'][number] {
  return {
    template: build.template,
    run: build.run,
    startedBy: build.startedBy,
    startedAt: formatDuration(build.startedAtMs),
    endedAt: moment(build.endedAtMs),
    runState: build.runState,
    runSubState: build.runSubState,
    message: build.message,
    published: [...build.published],
    failedUnnoticed: [...build.failedUnnoticed],
  }
}

type HistoryEntry = ResultEntry['osUpgradeHistory'][string][number]

/** As the service prints it, with times from the start of the run in place of dates. */
function historyEntry(entry: RunResult['osUpgradeHistory'][string][number]): HistoryEntry {
  const { runningStatus, progress, error, startedBy, targetImageReference, rollbackInfo } = entry
  return {
    runningStatus: {
      code: runningStatus.code,
      startTime: formatDuration(runningStatus.startTimeMs),
      endTime: moment(runningStatus.endTimeMs),
    },
    progress: {
      successfulInstanceCount: progress.successfulInstanceCount,
      failedInstanceCount: progress.failedInstanceCount,
      inProgressInstanceCount: progress.inProgressInstanceCount,
      pendingInstanceCount: progress.pendingInstanceCount,
    },
    error: error === null ? null : { code: error.code, message: error.message },
    startedBy,
    targetImageReference,
    rollbackInfo: {
      successfullyRolledbackInstanceCount: rollbackInfo.successfullyRolledbackInstanceCount,
      failedRolledbackInstanceCount: rollbackInfo.failedRolledbackInstanceCount,
    },
  }
}

function lostEntry(lost: RunResult['lostCapacity'][number]): ResultEntry['lostCapacity'][number] {
  return {
    ...reasonEntry(lost),
    scaleSets: [...lost.scaleSets],
    instances: lost.instances,
    instanceMinutes: lost.lostMs / 60_000,
  }
}

function reasonEntry(lost: LossReason): Omit<ResultEntry['unservedDemand'][number], 'requests'> {
  return {
    reason: lost.reason,
    text: lossText(lost),
    subject: lost.subject,
    numbers: Object.fromEntries(Object.entries(lost.numbers).sort(([a], [b]) => (a < b ? -1 : 1))),
    rule: lost.rule,
    entry: lost.entry,
    firstAt: formatDuration(lost.firstAtMs),
  }
}

function autoscaleEntry(event: RunResult['autoscaleHistory'][number]): ResultEntry['autoscaleHistory'][number] {
  return {
    at: formatDuration(event.atMs),
    setting: event.setting,
    scaleSet: event.scaleSet,
    event: event.event,
    selectedAutoscaleProfile: event.selectedAutoscaleProfile,
    currentInstanceCount: event.currentInstanceCount,
    newInstanceCount: event.newInstanceCount,
    scaleDirection: event.scaleDirection,
    resultType: event.resultType,
    endedAt: moment(event.endedAtMs),
    resultDescription: event.resultDescription,
    rule: event.rule,
  }
}

function batchEntry(result: RunResult, batch: BatchResult): ResultEntry['rollouts'][number]['batchList'][number] {
  return {
    startedAt: formatDuration(batch.startedAtMs),
    endedAt: moment(batch.endedAtMs),
    instances: batch.instances.map((index) => address(result, index)),
    zones: [...batch.zones],
    updateDomain: batch.updateDomain,
    surge: batch.surge,
    successful: batch.successful,
    failed: batch.failed,
  }
}

/** `<set>/<number>`, as a scenario addresses an instance. */
function address(result: RunResult, index: number): string {
  const instance = result.instances[index]
  if (instance?.index !== index) throw new Error(`a batch names instance ${index}, which the result does not hold`)
  return `${instance.scaleSet}/${instance.number}`
}

export function findingEntry(finding: Finding): ResultEntry['findings'][number] {
  const { code, title, severity, where, place, evidence, rules, confirm, fix } = finding
  return {
    code,
    title,
    severity,
    where,
    ...(place === undefined ? {} : { place: { file: place.file, line: place.line, column: place.column } }),
    evidence: [...evidence],
    rules: [...rules],
    ...(confirm === undefined ? {} : { confirm }),
    ...(fix === undefined ? {} : { fix }),
  }
}

function moment(ms: number | null): string | null {
  return ms === null ? null : formatDuration(ms)
}
