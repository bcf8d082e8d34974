/** How a number of a trace entry is to be read: as it is, as a text of the run's string table, a health state, or a yes/no. */
export type NumberKind = 'number' | 'text' | 'health' | 'flag'

interface What<Name extends string> {
  readonly name: Name
  /** Up to four numbers; a leading mark tells how to read them: `#` text, `~` health, `?` flag. */
  readonly numbers: readonly string[]
}

const what = <const Name extends string>(name: Name, ...numbers: string[]): What<Name> => ({ name, numbers })

/** Everything that can stand in a trace. The index is the code in the binary record; the digest folds in the name. */
export const TRACE_CATALOGUE = [
  what('run.started', 'instances', 'scaleSets'),
  what('instance.present', 'zone', 'faultDomain', 'updateDomain', '~health'),
  what('model.updated', 'version', '#change', '#action', '#mode'),
  what('model.unchanged', 'behind'),
  what('write.rejected', '#code', '#message'),
  what('operation.rejected', '#operation', '#code', '#message'),
  what('manualUpgrade.started', 'instances'),
  what('instance.creating', 'version', '?surge', '?overprovisioned'),
  what('instance.updating', 'version', '#action'),
  what('instance.starting', 'bootMs'),
  what('instance.guestUp'),
  what('instance.notServing'),
  what('instance.serving'),
  what('instance.provisioned', 'version'),
  what('instance.provisioningFailed', '#code'),
  what('instance.noMachine', '#code'),
  what('instance.stopping', '#operation'),
  what('instance.stopped', '?deallocated'),
  what('instance.deleting', '#reason'),
  what('instance.deleted'),
  what('instance.hung', 'forMs'),
  what('instance.broken', 'forMs'),
  what('instance.cured', '#fault'),
  what('instance.protected', '?protectFromScaleIn', '?protectFromScaleSetActions'),
  what('defect.active', '#defect', '#of'),
  what('defect.ended', '#defect', '#of'),
  what('instance.harmed', '#defect', '#of'),
  what('instance.unharmed'),
  what('dependency.failed', '#dependency', 'instances', 'forMs'),
  what('dependency.restored', '#dependency', 'instances'),
  what('capacity.limited', '#region', 'instances'),
  what('capacity.unlimited', '#region'),
  what('capacity.roomLimited', '#region', '#what', 'machines'),
  what('capacity.roomUnlimited', '#region', '#what'),
  what('health.changed', '~from', '~to'),
  what('scaleSet.scaledOut', 'from', 'to', 'overprovisioned'),
  what('scaleSet.scaledIn', 'from', 'to'),
  what('scaleSet.scaleDeferred', 'to'),
  what('scaleSet.scaleRefused', '#message', 'to'),
  what('gallery.published', '#version', 'regions'),
  what('gallery.replicating', '#version', '#region', 'replicas'),
  what('gallery.replicated', '#version', '#region', 'tookMs', 'replicas'),
  what('gallery.replicationFailed', '#version', '#region', 'tookMs', 'replicas'),
  what('gallery.excludeFromLatest', '#version', '#where', '?excluded'),
  what('gallery.replicasChanged', '#version', '#region', 'replicas'),
  what('gallery.regionRemoved', '#version', '#region'),
  what('gallery.versionDeleted', '#version'),
  what('gallery.regionFailed', '#region', 'forMs'),
  what('gallery.regionRestored', '#region'),
  what('gallery.refused', '#operation', '#subject', '#code', '#message'),
  what('gallery.diskQueued', 'place', 'inUse', 'slots', 'replicas'),
  what('gallery.diskGranted', 'waitedMs', 'stillWaiting'),
  what('gallery.diskUnavailable', '#version', '#zone'),
  what('platformImage.published', '#version', 'phases'),
  what('platformImage.phaseOpened', '#version', 'phase', '#regions'),
  what('instance.image', '#image'),
  what('instance.held', 'ms'),
  what('imageTemplate.runStarted', '#template', 'run', '#source'),
  what('imageTemplate.subState', '#template', '#runSubState'),
  what('imageTemplate.customizerFailed', '#template', '#customizer', '?unnoticed'),
  what('imageTemplate.validationFailed', '#template', '#validation'),
  what('imageTemplate.runEnded', '#template', 'run', '#runState', '#message'),
  what('imageTemplate.triggerDisabled', '#template', 'failures'),
  what('osUpgrade.found', '#image', 'behind', '?deferred'),
  what('osUpgrade.nothingNewer', '#image'),
  what('osUpgrade.blocked', '#reason', 'instances'),
  what('osUpgrade.requested', '#image', 'instances'),
  what('osUpgrade.accepted', '#image'),
  what('osUpgrade.completed', '#image', '#status', '#code'),
  what('osUpgrade.approved', 'instances'),
  what('osUpgrade.optedOut'),
  what('osUpgrade.optedIn', 'firstPollMs'),
  what('osUpgrade.restoring', '#image'),
  what('osUpgrade.restored', '#image', '?succeeded'),
  what('repair.started', '#action', 'unhealthyForMs', 'underRepair', 'limit'),
  what('repair.completed', '#action'),
  what('repair.judged', '?healthy', 'failuresInARow', 'suspendAfter'),
  what('repair.loop', 'repairs'),
  what('repair.serviceState', '#serviceState', '#by'),
  what('event.scheduled', '#eventType', 'notBeforeMs'),
  what('event.approved', '#eventType'),
  what('event.started', '#eventType', 'waitedMs'),
  what('event.withdrawn', '#eventType'),
  what('zone.failed', '#region', '#zone', 'instances', 'forMs'),
  what('zone.restored', '#region', '#zone', 'instances'),
  what('demand.changed', '#what', 'before', 'requestsPerSecond'),
  what('demand.unserved', 'requestsPerSecond', 'capacity'),
  what('demand.servedAgain', 'unservedRequests'),
  what('spot.evicted', '#evictionPolicy'),
  what('spot.reclaimed', 'instances', 'of'),
  what('spot.reclaimedFrom', 'instances', 'of', '#where'),
  what('spot.lifeEnded'),
  what('spot.simulated'),
  what('spot.price', '#usd'),
  what('spot.outbid', 'instances', '#price', '#maxPrice'),
  what('spot.unannounced'),
  what('spot.drained'),
  what('spot.restored', 'tries', 'afterMs'),
  what('spot.notRestored', 'tries', '#code'),
  what('spot.restoreGivenUp', 'tries'),
  what('autoscale.FixedDateProfileEvaluation', '#profile', 'minimum', 'maximum', 'default'),
  what('autoscale.RecurrentProfileEvaluation', '#profile', 'minimum', 'maximum', 'default'),
  what('autoscale.DefaultProfileEvaluation', '#profile', 'minimum', 'maximum', 'default'),
  what('autoscale.ScaleActionOperationEvaluation', '#lastStatus', '?skipCurrentAutoscaleEvaluation'),
  what('autoscale.MetricEvaluation', '#metric', '#observedValue'),
  what('autoscale.predicted', '#total', '#perInstance'),
  what('autoscale.ScaleRuleEvaluation', 'rule', '#threshold', '#estimateScaleResult'),
  what('autoscale.ScaleRuleCooldownEvaluation', 'lastScaleActionMs', 'cooldownMs'),
  what('autoscale.InstanceCountEvaluation', 'current', 'minimum', 'maximum', 'new'),
  what('autoscale.InstanceUpdateEvaluation', 'current', 'new'),
  what('autoscale.InstanceScaleAction', 'current', 'new', '#what', '#status'),
  what('autoscale.GetOperationStatusResult', '#status', 'tookMs'),
  what('autoscale.Flapping', 'current', 'wanted', 'new', '#projection'),
  what('autoscale.FlappingOccurred', 'current', 'wanted', 'new', '#projection'),
  what('autoscale.MetricFailure', '#metric'),
  what('autoscale.MetricRecovery', '#metric'),
  what('autoscale.PredictiveMetricFailure', '#metric', 'days'),
  what('autoscale.deletesUnseen', 'instances'),
  what('autoscale.resynced', 'count'),
  what('instance.attached', 'zone', '?reportsHealth'),
  what('scaleSet.spreadAnew', 'moved', 'instances'),
  what('request.throttled', '#operation', '#policy'),
  what('standby.present', 'machines', '#state'),
  what('standby.creating', 'machine', 'zone'),
  what('standby.ready', 'machine', 'zone', 'ready'),
  what('standby.taken', 'machine', 'zone'),
  what('standby.noneReady', 'zone'),
  what('standby.removed', 'machine', 'zone'),
  what('standby.noRoom', 'missing'),
  what('rollout.started', 'rollout', '#trigger', 'workList', 'total'),
  what('rollout.check', 'count', 'total', 'limitPercent', '?breached'),
  what('rollout.batchStarted', 'batch', 'size', 'cap', '?surge'),
  what('rollout.batchShrunk', 'size', 'cap', 'unhealthyElsewhere', 'healthyLimit'),
  what('rollout.surgeFellBack', 'wanted', 'room'),
  what('rollout.instanceSucceeded', 'waitedMs'),
  what('rollout.instanceFailed', '~health', 'waitedMs', '#reason'),
  what('rollout.batchEnded', 'batch', 'successful', 'failed', 'waitedForStepMs'),
  what('rollout.goesOn', '#code', 'failed'),
  what('rollout.paused', 'pauseMs'),
  what('rollout.cancelRequested'),
  what('rollout.rollingBack', 'instances', 'version'),
  what('rollout.ended', '#status', '#code', 'successful', 'failed'),
  what('instance.deleteFailed', '#code', 'attempt', '#ResilientVMDeletionStatus'),
  what('resilientCreate.retried', '#code', 'attempt'),
  what('resilientCreate.gaveUp'),
  what('zoneBalance.started', '#from', '#to', 'source'),
  what('zoneBalance.healthy', 'waitedMs'),
  what('zoneBalance.timedOut', '?sourceHealthy'),
  what('zoneBalance.cancelled'),
  what('zoneBalance.ended'),
  what('faultDomain.failed', '#zone', 'faultDomain', 'instances', 'forMs'),
  what('faultDomain.restored', 'faultDomain', 'instances'),
  what('host.failed', 'forMs'),
  what('host.recovered'),
  what('instance.paused', 'forMs'),
  what('instance.resumed'),
  what('event.completed', '#eventType'),
  what('maintenance.planned', '#kind', 'waves', 'instances'),
  what('maintenance.waveStarted', '#domain', 'wave', 'of', 'instances'),
  what('maintenance.selfStarted', 'forMs'),
  what('maintenance.stopped', 'unhealthy'),
  what('maintenance.ended', 'instances'),
] as const

export const TRACE_NAMES: readonly string[] = TRACE_CATALOGUE.map((entry) => entry.name)

export type TraceName = (typeof TRACE_CATALOGUE)[number]['name']

/**
 * What a reader would name as the reason why an instance does not serve. Lost capacity is told by the nearest of them on the
 * way back to the root; where there is none, by the root.
 */
export const LOSS_REASONS: ReadonlySet<string> = new Set<TraceName>([
  'defect.active',
  'demand.changed',
  'dependency.failed',
  'faultDomain.failed',
  'gallery.diskUnavailable',
  'host.failed',
  'instance.broken',
  'instance.deleteFailed',
  'instance.hung',
  'instance.noMachine',
  'instance.paused',
  'maintenance.planned',
  'maintenance.selfStarted',
  'manualUpgrade.started',
  'repair.started',
  'rollout.started',
  'scaleSet.scaledOut',
  'spot.lifeEnded',
  'spot.outbid',
  'spot.reclaimed',
  'spot.reclaimedFrom',
  'spot.restored',
  'spot.simulated',
  'zone.failed',
  'zoneBalance.started',
])

const codes = new Map(TRACE_NAMES.map((name, index) => [name, index]))

/** Code of a trace name. Looked up once where a mechanism is set up, never per event. */
export function traceCode(name: string): number {
  const code = codes.get(name)
  if (code === undefined) throw new Error(`${name} is not in the trace catalogue`)
  return code
}

/** Names and readings of the numbers of an entry with this code. */
export function traceNumbers(code: number): readonly { readonly name: string; readonly kind: NumberKind }[] {
  return NUMBERS[code]!
}

const NUMBERS = TRACE_CATALOGUE.map((entry) =>
  entry.numbers.map((marked) => {
    const kind: NumberKind =
      marked[0] === '#' ? 'text' : marked[0] === '~' ? 'health' : marked[0] === '?' ? 'flag' : 'number'
    return { name: kind === 'number' ? marked : marked.slice(1), kind }
  }),
)
