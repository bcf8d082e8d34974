import { formatClock } from '../../model/duration.ts'
import type { TraceEntry } from '../../sim/result.ts'
import type { TraceName } from '../../sim/trace-catalogue.ts'
import { decimal, list, plural, span } from '../wording.ts'
import { counted } from './inequality.ts'
import type { TraceIndex } from './trace-index.ts'

/**
 * A trace entry as one sentence without its time, and without a full stop: `vmss/3 is reported Unhealthy, Initializing before`.
 * An instance is called as scenarios call it.
 */
export function sentenceOf(entry: TraceEntry, index: TraceIndex): string {
  return told(entry, entry.subject, index)
}

/**
 * The same where the subject stands before it: `is reported Unhealthy, Initializing before`, `the model is changed: …`. Only
 * where the subject is named in a column of its own does a reader know of whom it is.
 */
export function phraseOf(entry: TraceEntry, index: TraceIndex): string {
  return told(entry, SUBJECT, index).replace(OF_SUBJECT, '').trim()
}

/** Stands in for the subject until it is taken out with the preposition before it. No text of a scenario holds it. */
const SUBJECT = '\u0001'
const OF_SUBJECT = new RegExp(`(?:(?:^| )(?:of|on|for|with|under))? ?${SUBJECT}`, 'g')

const told = (entry: TraceEntry, subject: string, index: TraceIndex): string =>
  SENTENCES[entry.what as TraceName](read(entry), subject, index, entry)
    .replace(/[ \t\r\n]+/g, ' ')
    .trim()

/** Numbers of an entry, read by name. A name that the entry does not have is our bug. */
interface Numbers {
  readonly text: (name: string) => string
  readonly number: (name: string) => number
  readonly flag: (name: string) => boolean
}

function read(entry: TraceEntry): Numbers {
  const value = (name: string) => {
    const found = entry.numbers[name]
    if (found === undefined) throw new Error(`trace entry ${entry.id}, ${entry.what}, has no number ${name}`)
    return found
  }
  return {
    text: (name) => String(value(name)),
    number: (name) => Number(value(name)),
    flag: (name) => value(name) === true,
  }
}

type Sentence = (n: Numbers, subject: string, index: TraceIndex, entry: TraceEntry) => string

const lasting = (ms: number): string => (ms < 0 ? '' : ` for ${span(ms)}`)
const afterwards = (ms: number): string => (ms === 0 ? '' : ` after ${span(ms)}`)
const orNone = (text: string, before: string): string => (text === '' ? '' : `${before}${text}`)
const isOrAre = (count: number, noun: string): string => `${plural(count, noun)} ${count === 1 ? 'is' : 'are'}`
const profile =
  (kind: string): Sentence =>
  (n, set) =>
    `autoscale of ${set} goes by the ${kind} profile ${n.text('profile')}: ${n.number('minimum')} to ${n.number('maximum')} instances, default ${n.number('default')}`
const flapping =
  (what: string): Sentence =>
  (n, set) =>
    `autoscale of ${set} ${what}: from ${n.number('current')} to ${n.number('wanted')} instances ${n.text('projection')} would call for a scale-out, so it goes to ${n.number('new')}`

/** What an action does to an instance, after "is" or "was". */
const ACTIONS: Readonly<Record<string, string>> = {
  osDiskSwap: 'a new OS disk',
  restart: 'a restart',
  reimage: 'a reimage',
  resize: 'another size',
  none: 'no work on the machine',
}
const actionText = (action: string): string => ACTIONS[action] ?? action

const OBSTACLES: Readonly<Record<string, string>> = {
  twoHealthSources: 'it has two health sources',
  extensionMismatch: 'the health extension on the instances is another version than the one in the model',
}

/** A sentence for everything that can stand in a trace. */
export const SENTENCES: Readonly<Record<TraceName, Sentence>> = {
  'run.started': (n) =>
    `the run starts with ${plural(n.number('instances'), 'instance')} in ${plural(n.number('scaleSets'), 'scale set')}`,
  'instance.present': (n, it) =>
    `${it} was there from the start, ${n.text('health') === 'None' ? 'without a health signal' : `reported ${n.text('health')}`}`,
  'model.updated': (n, set) => `the model of ${set} is changed: ${n.text('change')}, mode ${n.text('mode')}`,
  'model.unchanged': (n, set) =>
    `the same model of ${set} was written again; ${isOrAre(n.number('behind'), 'instance')} behind it`,
  'write.rejected': (n, it) => `a change of ${it} was refused: ${n.text('code')}, ${n.text('message')}`,
  'operation.rejected': (n, it) =>
    `${n.text('operation')} on ${it} was refused: ${n.text('code')}, ${n.text('message')}`,
  'manualUpgrade.started': (n, set) => `a user upgraded ${plural(n.number('instances'), 'instance')} of ${set} by hand`,
  'instance.creating': (n, it) =>
    `${it} is created${n.flag('surge') ? ' as a surge instance' : n.flag('overprovisioned') ? ' beyond what was asked for (overprovisioning)' : ''}`,
  'instance.updating': (n, it) => `${it} is changed: ${actionText(n.text('action'))}`,
  'instance.starting': (n, it) => `${it} is switched on; its guest takes ${span(n.number('bootMs'))} to boot`,
  'instance.guestUp': (_n, it) => `the guest of ${it} is up`,
  'instance.notServing': (_n, it) => `${it} stops serving`,
  'instance.serving': (_n, it) => `${it} serves`,
  'instance.provisioned': (_n, it) => `${it} is provisioned`,
  'instance.provisioningFailed': (n, it) => `provisioning of ${it} failed: ${n.text('code')}`,
  'instance.noMachine': (n, it) => `Azure had no machine for ${it}: ${n.text('code')}`,
  'instance.stopping': (n, it) => `${n.text('operation')} of ${it} begins`,
  'instance.stopped': (n, it) => `${it} is stopped${n.flag('deallocated') ? ' and deallocated' : ''}`,
  'instance.deleting': (n, it) => `${it} is deleted${orNone(n.text('reason'), ': ')}`,
  'instance.deleted': (_n, it) => `${it} is gone`,
  'instance.hung': (n, it) => `${it} hangs${lasting(n.number('forMs'))}: its guest answers nobody`,
  'instance.broken': (n, it) => `the application on ${it} breaks down${lasting(n.number('forMs'))}`,
  'instance.cured': (n, it) => `${it} has recovered (${n.text('fault')})`,
  'instance.protected': (n, it) => {
    const flags = ['protectFromScaleIn', 'protectFromScaleSetActions'].filter((flag) => n.flag(flag))
    return flags.length === 0 ? `the protection of ${it} is lifted` : `${it} is protected: ${list(flags)}`
  },
  'defect.active': (n, it) => `${n.text('defect')} (${n.text('of')}) bites on ${it}`,
  'defect.ended': (n, it) => `${n.text('defect')} (${n.text('of')}) no longer bites on ${it}`,
  'instance.harmed': (n, it) =>
    `${it} cannot serve${orNone(n.text('defect'), ' because of ')}${n.text('of') === '' ? '' : ` (${n.text('of')})`}`,
  'instance.unharmed': (_n, it) => `${it} is harmed no longer`,
  'dependency.failed': (n) =>
    `${n.text('dependency')} fails${lasting(n.number('forMs'))}, for ${plural(n.number('instances'), 'instance')}`,
  'dependency.restored': (n) => `${n.text('dependency')} is back, for ${plural(n.number('instances'), 'instance')}`,
  'capacity.limited': (n) => `the quota of ${n.text('region')} is ${plural(n.number('instances'), 'instance')}`,
  'capacity.unlimited': (n) => `the quota of ${n.text('region')} is what it was before`,
  'capacity.roomLimited': (n) =>
    `${n.text('region')} has room for ${plural(n.number('machines'), 'more machine')}${orNone(n.text('what'), ' in ')}`,
  'capacity.roomUnlimited': (n) => `${n.text('region')} has room again${orNone(n.text('what'), ' in ')}`,
  'health.changed': (n, it) => {
    const [from, to] = [n.text('from'), n.text('to')]
    if (to === 'None') return `${it} gives no health signal any more, ${from} before`
    return `${it} is reported ${to}${from === 'None' ? '' : `, ${from} before`}`
  },
  'scaleSet.scaledOut': (n, set) =>
    `${set} is scaled out from ${n.number('from')} to ${plural(n.number('to'), 'instance')}${n.number('overprovisioned') > 0 ? `, ${n.number('overprovisioned')} more at first` : ''}`,
  'scaleSet.scaledIn': (n, set) =>
    `${set} is scaled in from ${n.number('from')} to ${plural(n.number('to'), 'instance')}`,
  'scaleSet.scaleDeferred': (n, set) => `scaling ${set} to ${plural(n.number('to'), 'instance')} has to wait`,
  'scaleSet.scaleRefused': (n, set) =>
    `scaling ${set} to ${plural(n.number('to'), 'instance')} was refused: ${n.text('message')}`,
  'gallery.published': (n) => `version ${n.text('version')} is published to ${plural(n.number('regions'), 'region')}`,
  'gallery.replicating': (n) =>
    `version ${n.text('version')} is copied to ${n.text('region')}, ${plural(n.number('replicas'), 'replica')}`,
  'gallery.replicated': (n) =>
    `version ${n.text('version')} is available in ${n.text('region')} after ${span(n.number('tookMs'))}`,
  'gallery.replicationFailed': (n) =>
    `the copy of version ${n.text('version')} to ${n.text('region')} failed after ${span(n.number('tookMs'))}`,
  'gallery.excludeFromLatest': (n) =>
    `version ${n.text('version')} is ${n.flag('excluded') ? 'excluded from latest' : 'no longer excluded from latest'} (${n.text('where')})`,
  'gallery.replicasChanged': (n) =>
    `version ${n.text('version')} has ${plural(n.number('replicas'), 'replica')} in ${n.text('region')} from now on`,
  'gallery.regionRemoved': (n) =>
    `${n.text('region')} is taken out of the target regions of version ${n.text('version')}`,
  'gallery.versionDeleted': (n) => `version ${n.text('version')} is deleted`,
  'gallery.regionFailed': (n) => `the gallery fails in ${n.text('region')}${lasting(n.number('forMs'))}`,
  'gallery.regionRestored': (n) => `the gallery works again in ${n.text('region')}`,
  'gallery.refused': (n) =>
    `${n.text('operation')} of ${n.text('subject')} was refused: ${n.text('code')}, ${n.text('message')}`,
  'gallery.diskQueued': (n, it) =>
    `the OS disk of ${it} waits in place ${n.number('place')}: ${n.number('inUse')} of ${plural(n.number('slots'), 'slot')} of ${plural(n.number('replicas'), 'replica')} in use`,
  'gallery.diskGranted': (n, it) =>
    `the OS disk of ${it} is made, having waited ${span(n.number('waitedMs'))}; ${n.number('stillWaiting')} still wait`,
  'gallery.diskUnavailable': (n, it) =>
    `no copy of ${n.text('version')} can be read for ${it}${orNone(n.text('zone'), ': it was in zone ')}`,
  'platformImage.published': (n) =>
    `platform image ${n.text('version')} is published in ${plural(n.number('phases'), 'phase')}`,
  'platformImage.phaseOpened': (n) =>
    `phase ${n.number('phase')} of platform image ${n.text('version')} opens: ${n.text('regions')}`,
  'instance.image': (n, it) => `the OS disk of ${it} is made from ${n.text('image')}`,
  'instance.held': (n, it) => `${it} is held back for ${span(n.number('ms'))}`,
  'imageTemplate.runStarted': (n) =>
    `Image Builder starts run ${n.number('run')} of template ${n.text('template')}, from ${n.text('source')}`,
  'imageTemplate.subState': (n) => `template ${n.text('template')} is ${n.text('runSubState')}`,
  'imageTemplate.customizerFailed': (n) =>
    `customizer ${n.text('customizer')} of template ${n.text('template')} failed${n.flag('unnoticed') ? ', and nobody noticed' : ''}`,
  'imageTemplate.validationFailed': (n) =>
    `validation ${n.text('validation')} of template ${n.text('template')} failed`,
  'imageTemplate.runEnded': (n) =>
    `run ${n.number('run')} of template ${n.text('template')} ended ${n.text('runState')}${orNone(n.text('message'), ': ')}`,
  'imageTemplate.triggerDisabled': (n) =>
    `the trigger of template ${n.text('template')} is switched off after ${plural(n.number('failures'), 'failure')} in a row`,
  'osUpgrade.found': (n, set) =>
    `automatic OS upgrade of ${set} finds ${n.text('image')}: ${plural(n.number('behind'), 'instance')} behind${n.flag('deferred') ? '; it waits for an approval' : ''}`,
  'osUpgrade.nothingNewer': (n, set) => `automatic OS upgrade of ${set} finds nothing newer than ${n.text('image')}`,
  'osUpgrade.blocked': (n, set) =>
    `automatic OS upgrade of ${set} does nothing for ${plural(n.number('instances'), 'instance')}: ${OBSTACLES[n.text('reason')] ?? n.text('reason')}`,
  'osUpgrade.requested': (n, set) =>
    `an OS upgrade of ${n.number('instances') < 0 ? set : `${plural(n.number('instances'), 'instance')} of ${set}`} to ${n.text('image')} is asked for`,
  'osUpgrade.accepted': (n, set) => `the OS upgrade of ${set} to ${n.text('image')} is accepted`,
  'osUpgrade.completed': (n, set) =>
    `the OS upgrade of ${set} to ${n.text('image')} ended ${n.text('status')}${orNone(n.text('code'), ', ')}`,
  'osUpgrade.approved': (n, set) =>
    `the rolling upgrade of ${set} is approved for ${n.number('instances') < 0 ? 'all instances' : plural(n.number('instances'), 'instance')}`,
  'osUpgrade.optedOut': (_n, set) => `automatic OS upgrade of ${set} is switched off`,
  'osUpgrade.optedIn': (n, set) =>
    `automatic OS upgrade of ${set} is switched on; it looks for the first time ${span(n.number('firstPollMs'))} later`,
  'osUpgrade.restoring': (n, it) => `${it} gets its former OS disk back, ${n.text('image')}`,
  'osUpgrade.restored': (n, it) =>
    `the former OS disk of ${it}, ${n.text('image')}, ${n.flag('succeeded') ? 'is up again' : 'did not come up again'}`,
  'repair.started': (n, it) =>
    `repair of ${it}: ${n.text('action')}, after it was unhealthy for ${span(n.number('unhealthyForMs'))}; ${n.number('underRepair')} of at most ${n.number('limit')} under repair`,
  'repair.completed': (n, it) => `the repair that made ${it} is done (${n.text('action')})`,
  'repair.judged': (n, it) =>
    `the repair is judged by ${it}: ${n.flag('healthy') ? 'healthy' : `not healthy, ${n.number('failuresInARow')} in a row of the ${n.number('suspendAfter')} that suspend repairs`}`,
  'repair.loop': (n, it) =>
    `${it} is repaired for the ${ordinal(n.number('repairs'))} time with no healthy spell between`,
  'repair.serviceState': (n, set) =>
    `automatic repairs of ${set} are ${n.text('serviceState')}, by the ${n.text('by')}`,
  'event.scheduled': (n, it) =>
    `a ${n.text('eventType')} of ${it} is announced for ${formatClock(n.number('notBeforeMs'))} at the earliest`,
  'event.approved': (n, it) => `the application lets the ${n.text('eventType')} of ${it} go ahead`,
  'event.started': (n, it) => `the ${n.text('eventType')} of ${it} begins${afterwards(n.number('waitedMs'))}`,
  'event.withdrawn': (n, it) => `the ${n.text('eventType')} of ${it} is called off`,
  'zone.failed': (n) =>
    `zone ${n.text('zone')} of ${n.text('region')} fails${lasting(n.number('forMs'))}, with ${plural(n.number('instances'), 'instance')} in it`,
  'zone.restored': (n) =>
    `zone ${n.text('zone')} of ${n.text('region')} is back, with ${plural(n.number('instances'), 'instance')} in it`,
  'demand.changed': (n, of) =>
    `the demand${onSet(of)} goes from ${decimal(n.number('before'))} to ${decimal(n.number('requestsPerSecond'))} requests a second: ${n.text('what')}`,
  'demand.unserved': (n, of) =>
    `${decimal(n.number('requestsPerSecond'))} requests a second${onSet(of)} meet capacity for ${decimal(n.number('capacity'))}`,
  'demand.servedAgain': (n, of) =>
    `capacity${onSet(of)} suffices again; ${plural(n.number('unservedRequests'), 'request')} had none`,
  'spot.evicted': (n, it) => `${it} is evicted (${n.text('evictionPolicy')})`,
  'spot.reclaimed': (n, set) =>
    `Azure takes back ${n.number('instances')} of the ${plural(n.number('of'), 'Spot instance')} of ${set}`,
  'spot.reclaimedFrom': (n) =>
    `Azure takes back ${n.number('instances')} of the ${plural(n.number('of'), 'Spot instance')} in ${n.text('where')}`,
  'spot.lifeEnded': (_n, it) => `the time of Spot instance ${it} is up`,
  'spot.simulated': (_n, it) => `a user simulates the eviction of ${it}`,
  'spot.price': (n) => `the Spot price is ${n.text('usd')} USD an hour`,
  'spot.outbid': (n, set) =>
    `${plural(n.number('instances'), 'Spot instance')} of ${set} would not pay ${n.text('price')} USD an hour, at most ${n.text('maxPrice')}`,
  'spot.unannounced': (_n, it) => `${it} is taken without notice`,
  'spot.drained': (_n, it) => `${it} has finished its work before its eviction`,
  'spot.restored': (n, it) =>
    `${it} is brought back by try and restore: try ${n.number('tries')}, ${span(n.number('afterMs'))} after its eviction`,
  'spot.notRestored': (n, it) => `try ${n.number('tries')} to bring ${it} back failed: ${n.text('code')}`,
  'spot.restoreGivenUp': (n, it) =>
    `nobody tries any more to restore ${it}, after ${plural(n.number('tries'), 'try', 'tries')}`,
  'autoscale.FixedDateProfileEvaluation': profile('fixed date'),
  'autoscale.RecurrentProfileEvaluation': profile('recurrent'),
  'autoscale.DefaultProfileEvaluation': profile('default'),
  'autoscale.ScaleActionOperationEvaluation': (n, set) =>
    `the last action of autoscale on ${set} is ${n.text('lastStatus')}${n.flag('skipCurrentAutoscaleEvaluation') ? ', so this evaluation is skipped' : ''}`,
  'autoscale.MetricEvaluation': (n, set) => `autoscale of ${set} reads ${n.text('metric')}: ${n.text('observedValue')}`,
  'autoscale.predicted': (n, set) =>
    `autoscale of ${set} foresees a load of ${n.text('total')}, ${n.text('perInstance')} for each instance`,
  'autoscale.ScaleRuleEvaluation': (n, set) =>
    `rule ${n.number('rule') + 1} of autoscale on ${set} (${n.text('threshold')}) is ${n.text('estimateScaleResult')}`,
  'autoscale.ScaleRuleCooldownEvaluation': (n, set) =>
    `the cooldown of autoscale on ${set} is ${span(n.number('cooldownMs'))}, and the last action was at ${formatClock(n.number('lastScaleActionMs'))}`,
  'autoscale.InstanceCountEvaluation': (n, set) =>
    `autoscale of ${set} has ${plural(n.number('current'), 'instance')}, may have ${n.number('minimum')} to ${n.number('maximum')}, and wants ${n.number('new')}`,
  'autoscale.InstanceUpdateEvaluation': (n, set) =>
    `autoscale decides to take ${set} from ${n.number('current')} to ${plural(n.number('new'), 'instance')}`,
  'autoscale.InstanceScaleAction': (n, set) =>
    `autoscale: ${n.text('what')} of ${set} from ${n.number('current')} to ${n.number('new')} is ${n.text('status')}`,
  'autoscale.GetOperationStatusResult': (n, set) =>
    `the action of autoscale on ${set} is ${n.text('status')} after ${span(n.number('tookMs'))}`,
  'autoscale.Flapping': flapping('holds a scale-in back'),
  'autoscale.FlappingOccurred': flapping('makes a scale-in smaller'),
  'autoscale.MetricFailure': (n, set) => `autoscale of ${set} cannot read ${n.text('metric')}`,
  'autoscale.MetricRecovery': (n, set) => `autoscale of ${set} reads ${n.text('metric')} again`,
  'autoscale.PredictiveMetricFailure': (n, set) =>
    `autoscale of ${set} knows ${n.text('metric')} for ${plural(n.number('days'), 'day')} only and cannot foresee it`,
  'autoscale.deletesUnseen': (n, set) =>
    `autoscale has not seen that ${plural(n.number('instances'), 'instance')} of ${set} were deleted`,
  'autoscale.resynced': (n, set) => `autoscale of ${set} counts anew: ${plural(n.number('count'), 'instance')}`,
  'instance.attached': (n, it) =>
    `${it} is attached to the scale set${n.flag('reportsHealth') ? '' : ' and reports no health'}`,
  'scaleSet.spreadAnew': (n, set) =>
    `${n.number('moved')} of ${plural(n.number('instances'), 'instance')} of ${set} are spread over fault domains anew`,
  'request.throttled': (n, set) => `${n.text('operation')} on ${set} is throttled: ${n.text('policy')}`,
  'standby.present': (n, set) =>
    `the standby pool of ${set} holds ${plural(n.number('machines'), 'machine')}, ${n.text('state')}`,
  'standby.creating': (n, set, index, entry) =>
    `the standby pool of ${set} makes machine ${n.number('machine')}${inZone(n, index, entry)}`,
  'standby.ready': (n, set, index, entry) =>
    `machine ${n.number('machine')} of the standby pool of ${set} is ready${inZone(n, index, entry)}; ${n.number('ready')} are`,
  'standby.taken': (n, set, index, entry) =>
    `machine ${n.number('machine')} of the standby pool of ${set} is taken${inZone(n, index, entry)}`,
  'standby.noneReady': (n, set, index, entry) =>
    `the standby pool of ${set} has no machine ready${inZone(n, index, entry)}`,
  'standby.removed': (n, set, index, entry) =>
    `machine ${n.number('machine')} of the standby pool of ${set} is removed${inZone(n, index, entry)}`,
  'standby.noRoom': (n, set) =>
    `there is no room for ${plural(n.number('missing'), 'machine')} of the standby pool of ${set}`,
  'rollout.started': (n, set) =>
    `rollout ${n.number('rollout') + 1} of ${set} starts (${n.text('trigger')}): ${plural(n.number('workList'), 'instance')} to do, ${n.number('total')} in the set`,
  'rollout.check': (_n, set, index, entry) => `the test before going on with ${set}: ${counted(entry, index)}`,
  'rollout.batchStarted': (n, set) =>
    `batch ${n.number('batch') + 1} of ${set} starts with ${plural(n.number('size'), 'instance')}, at most ${n.number('cap')}${n.flag('surge') ? ', as new ones (MaxSurge)' : ''}`,
  'rollout.batchShrunk': (n, set) =>
    `the batch of ${set} is ${n.number('size')} and not ${n.number('cap')}: ${n.number('unhealthyElsewhere')} unhealthy ones outside of it leave room for ${plural(n.number('healthyLimit'), 'healthy one')} in it`,
  'rollout.surgeFellBack': (n, set) =>
    `MaxSurge of ${set} finds room for ${n.number('room')} of ${n.number('wanted')} new instances; the batch is upgraded in place`,
  'rollout.instanceSucceeded': (n, it) =>
    `${it} is upgraded: Healthy ${span(n.number('waitedMs'))} after it was provisioned`,
  'rollout.instanceFailed': (n, it) =>
    `${it} failed its upgrade: ${n.text('reason')}${healthNow(n.text('health'))}${n.number('waitedMs') > 0 ? `, ${span(n.number('waitedMs'))} after it was provisioned` : ''}`,
  'rollout.batchEnded': (n, set) =>
    `batch ${n.number('batch') + 1} of ${set} ends: ${n.number('successful')} successful, ${n.number('failed')} failed`,
  'rollout.goesOn': (n, set) =>
    `the rolling upgrade of ${set} goes on although ${plural(n.number('failed'), 'instance')} failed`,
  'rollout.paused': (n, set) => `the rolling upgrade of ${set} pauses for ${span(n.number('pauseMs'))}`,
  'rollout.cancelRequested': (_n, set) => `a user cancels the rolling upgrade of ${set}`,
  'rollout.rollingBack': (n, set) =>
    `${plural(n.number('instances'), 'instance')} of ${set} go back to the model they came from`,
  'rollout.ended': (n, set) =>
    `the rollout of ${set} ended ${n.text('status')}: ${n.number('successful')} successful, ${n.number('failed')} failed${orNone(n.text('code'), ', ')}`,
  'instance.deleteFailed': (n, it) => `attempt ${n.number('attempt')} to delete ${it} failed: ${n.text('code')}`,
  'resilientCreate.retried': (n, it) =>
    `${it} was not provisioned in time (${n.text('code')}); attempt ${n.number('attempt')} makes another one`,
  'resilientCreate.gaveUp': (_n, it) => `resilient create gives ${it} up`,
  'zoneBalance.started': (n, set) =>
    `zone balance of ${set} moves an instance from zone ${n.text('from')} to zone ${n.text('to')}`,
  'zoneBalance.healthy': (n, it) => `${it}, made by zone balance, is healthy after ${span(n.number('waitedMs'))}`,
  'zoneBalance.timedOut': (n, it) =>
    `${it}, made by zone balance, was not healthy in time${n.flag('sourceHealthy') ? '; the one it was to replace stays' : ''}`,
  'zoneBalance.cancelled': (_n, set) => `zone balance of ${set} is called off`,
  'zoneBalance.ended': (_n, set) => `zone balance of ${set} has moved an instance`,
  'faultDomain.failed': (n) =>
    `fault domain ${n.number('faultDomain')}${orNone(n.text('zone'), ' of zone ')} fails${lasting(n.number('forMs'))}, with ${plural(n.number('instances'), 'instance')} in it`,
  'faultDomain.restored': (n) =>
    `fault domain ${n.number('faultDomain')} is back, with ${plural(n.number('instances'), 'instance')} in it`,
  'host.failed': (n, it) => `the host under ${it} fails${lasting(n.number('forMs'))}`,
  'host.recovered': (_n, it) => `${it} has a host again`,
  'instance.paused': (n, it) => `${it} stands still${lasting(n.number('forMs'))}`,
  'instance.resumed': (_n, it) => `${it} goes on`,
  'event.completed': (n, it) => `the ${n.text('eventType')} of ${it} is over`,
  'maintenance.planned': (n, set) =>
    `maintenance of the hosts of ${set} is planned (${n.text('kind')}): ${plural(n.number('instances'), 'instance')} in ${plural(n.number('waves'), 'wave')}`,
  'maintenance.waveStarted': (n, set) =>
    `wave ${n.number('wave')} of ${n.number('of')} of the maintenance of ${set} begins: ${n.text('domain')}, ${plural(n.number('instances'), 'instance')}`,
  'maintenance.selfStarted': (n, it) =>
    `a user starts the maintenance of ${it}, which takes ${span(n.number('forMs'))}`,
  'maintenance.stopped': (n, set) =>
    `maintenance of ${set} stops: ${isOrAre(n.number('unhealthy'), 'instance')} unwell`,
  'maintenance.ended': (n, set) => `maintenance of ${set} is over, ${plural(n.number('instances'), 'instance')} done`,
}

const healthNow = (health: string): string => (health === 'None' ? ', without a health signal' : `, ${health}`)
const onSet = (subject: string): string => (subject === 'world' ? '' : ` of ${subject}`)

function inZone(n: Numbers, index: TraceIndex, entry: TraceEntry): string {
  const zone = index.zoneName(entry.subject, n.number('zone'))
  return zone === null ? '' : ` in zone ${zone}`
}

function ordinal(n: number): string {
  const tens = n % 100
  const suffix = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th')
  return `${n}${suffix}`
}
