import { formatClock } from '../model/duration.ts'
import type { RunResult, TraceEntry } from '../sim/result.ts'
import { plural, ratioPercent, span } from './wording.ts'

/** The trace as a timeline of decisions: what somebody decided, or what befell the fleet, each in a short phrase. */
export interface Decision {
  readonly atMs: number
  /** `vmss-a`, `vmss-a/3`, `world`, or `6 instances of vmss-a`. */
  readonly subject: string
  readonly text: string
  readonly rule: string | null
  readonly tone: 'bad' | 'good' | 'plain'
  /** Indices into the trace. */
  readonly entries: readonly number[]
}

type Words = (numbers: TraceEntry['numbers']) => string

const n = (value: string | number | boolean | undefined): string => String(value ?? '')
const forMs = (value: string | number | boolean | undefined): string =>
  typeof value === 'number' && value > 0 ? ` for ${span(value)}` : ''
const why = (text: string | number | boolean | undefined): string => (n(text) === '' ? '' : `: ${n(text)}`)

/**
 * What is told of each kind of entry. What is not here is a step of a single instance, a health signal or a look at a metric:
 * the swimlane shows those, and the trace has them all.
 */
const WORDS: Readonly<Record<string, Words>> = {
  'model.updated': ({ change, mode }) => `The model was changed: ${n(change)} (mode ${n(mode)})`,
  'model.unchanged': ({ behind }) => `An update changed nothing; ${n(behind)} instances are behind the model`,
  'write.rejected': ({ code, message }) => `A write was rejected: ${n(code)}${why(message)}`,
  'operation.rejected': ({ operation, code, message }) => `${n(operation)} was rejected: ${n(code)}${why(message)}`,
  'manualUpgrade.started': ({ instances }) => `Manual upgrade of ${plural(Number(instances), 'instance')}`,
  'instance.harmed': ({ defect, of }) => `Harmed by ${n(defect)} (${n(of)})`,
  'instance.unharmed': () => 'Well again',
  'instance.hung': (numbers) => `The guest hangs${forMs(numbers['forMs'])}`,
  'instance.broken': (numbers) => `The application breaks${forMs(numbers['forMs'])}`,
  'instance.provisioningFailed': ({ code }) => `Provisioning failed${why(code)}`,
  'instance.noMachine': ({ code }) => `No machine to be had${why(code)}`,
  'instance.deleteFailed': ({ code }) => `The delete failed${why(code)}`,
  'instance.protected': ({ protectFromScaleIn, protectFromScaleSetActions }) =>
    `Protected from ${[protectFromScaleIn === true ? 'scale-in' : '', protectFromScaleSetActions === true ? 'scale set actions' : ''].filter((word) => word !== '').join(' and ') || 'nothing any more'}`,
  'dependency.failed': (numbers) => `${n(numbers['dependency'])} failed${forMs(numbers['forMs'])}`,
  'dependency.restored': ({ dependency }) => `${n(dependency)} is back`,
  'capacity.limited': ({ region, instances }) => `${n(region)} has room for ${n(instances)} more instances`,
  'capacity.unlimited': ({ region }) => `${n(region)} has room again`,
  'scaleSet.scaledOut': ({ from, to }) => `Scaled out from ${n(from)} to ${n(to)}`,
  'scaleSet.scaledIn': ({ from, to }) => `Scaled in from ${n(from)} to ${n(to)}`,
  'scaleSet.scaleDeferred': ({ to }) => `Scaling to ${n(to)} has to wait`,
  'scaleSet.scaleRefused': ({ to, message }) => `Scaling to ${n(to)} was refused${why(message)}`,
  'gallery.published': ({ version }) => `${n(version)} was published`,
  'gallery.replicated': (numbers) =>
    `${n(numbers['version'])} is complete in ${n(numbers['region'])} after ${span(Number(numbers['tookMs']))}`,
  'gallery.replicationFailed': ({ version, region }) => `${n(version)} did not reach ${n(region)}`,
  'gallery.excludeFromLatest': ({ version, excluded }) =>
    `${n(version)} ${excluded === true ? 'is no longer offered as latest' : 'is offered as latest again'}`,
  'gallery.versionDeleted': ({ version }) => `${n(version)} was deleted`,
  'gallery.regionFailed': (numbers) => `The gallery is down in ${n(numbers['region'])}${forMs(numbers['forMs'])}`,
  'gallery.regionRestored': ({ region }) => `The gallery is back in ${n(region)}`,
  'gallery.refused': ({ operation, code, message }) => `${n(operation)} was refused: ${n(code)}${why(message)}`,
  'platformImage.published': ({ version }) => `${n(version)} was published`,
  'imageTemplate.runStarted': ({ template, run }) => `${n(template)}: run ${n(run)} began`,
  'imageTemplate.runEnded': ({ template, run, runState, message }) =>
    `${n(template)}: run ${n(run)} ${n(runState)}${why(message)}`,
  'imageTemplate.customizerFailed': ({ template, customizer, unnoticed }) =>
    `${n(template)}: ${n(customizer)} failed${unnoticed === true ? ', and nobody noticed' : ''}`,
  'imageTemplate.validationFailed': ({ template, validation }) => `${n(template)}: validation ${n(validation)} failed`,
  'osUpgrade.found': ({ image, behind }) => `Found ${n(image)}; ${n(behind)} instances are behind it`,
  'osUpgrade.blocked': ({ reason }) => `The OS upgrade cannot start${why(reason)}`,
  'osUpgrade.requested': ({ image }) => `An OS upgrade to ${n(image)} was asked for`,
  'osUpgrade.completed': ({ image, status, code }) =>
    `OS upgrade to ${n(image)}: ${n(status)}${n(code) === '' ? '' : `, ${n(code)}`}`,
  'osUpgrade.restoring': ({ image }) => `Gets its former disk back (${n(image)})`,
  'osUpgrade.restored': ({ image, succeeded }) =>
    succeeded === true ? `Is back on ${n(image)}` : `Did not come back on ${n(image)}`,
  'repair.started': (numbers) =>
    `Automatic repair, ${n(numbers['action'])}, after ${span(Number(numbers['unhealthyForMs']))} unhealthy`,
  'repair.loop': ({ repairs }) => `Repaired ${n(repairs)} times with no healthy spell between`,
  'repair.serviceState': ({ serviceState, by }) => `Automatic repairs: ${n(serviceState)} (${n(by)})`,
  'zone.failed': (numbers) =>
    `Zone ${n(numbers['zone'])} of ${n(numbers['region'])} is lost${forMs(numbers['forMs'])}, ${plural(Number(numbers['instances']), 'instance')} in it`,
  'zone.restored': ({ region, zone }) => `Zone ${n(zone)} of ${n(region)} is back`,
  'faultDomain.failed': (numbers) =>
    `Fault domain ${n(numbers['faultDomain'])} without power${forMs(numbers['forMs'])}`,
  'faultDomain.restored': ({ faultDomain }) => `Fault domain ${n(faultDomain)} is back`,
  'host.failed': (numbers) => `Its host failed${forMs(numbers['forMs'])}`,
  'demand.changed': ({ what, before, requestsPerSecond }) =>
    `Demand ${n(before)} → ${n(requestsPerSecond)} a second (${n(what)})`,
  'demand.unserved': ({ requestsPerSecond, capacity }) =>
    `Demand of ${n(requestsPerSecond)} a second exceeds the capacity of ${n(capacity)}`,
  'demand.servedAgain': ({ unservedRequests }) =>
    `The capacity suffices again; ${n(unservedRequests)} requests found none`,
  'spot.evicted': ({ evictionPolicy }) => `Evicted (${n(evictionPolicy)})`,
  'spot.reclaimed': ({ instances, of }) => `Spot capacity was taken back: ${n(instances)} of ${n(of)} instances`,
  'spot.reclaimedFrom': ({ instances, of, where }) =>
    `Spot capacity of ${n(where)} was taken back: ${n(instances)} of ${n(of)} instances`,
  'spot.outbid': ({ price, maxPrice }) => `The Spot price ${n(price)} is above the maxPrice ${n(maxPrice)}`,
  'spot.restored': ({ tries }) => `Restored after ${plural(Number(tries), 'try', 'tries')}`,
  'spot.restoreGivenUp': ({ tries }) => `Given up after ${plural(Number(tries), 'try', 'tries')}`,
  'autoscale.InstanceScaleAction': (numbers) =>
    `Autoscale ${n(numbers['current'])} → ${n(numbers['new'])}: ${n(numbers['what'])} (${n(numbers['status'])})`,
  'autoscale.Flapping': ({ current, wanted, projection }) =>
    `Autoscale stays at ${n(current)} rather than ${n(wanted)}, to avoid flapping (${n(projection)})`,
  'autoscale.FlappingOccurred': ({ current, wanted, projection }) =>
    `Autoscale would flap from ${n(current)} to ${n(wanted)} (${n(projection)})`,
  'autoscale.MetricFailure': ({ metric }) => `Autoscale has no value of ${n(metric)}`,
  'request.throttled': ({ operation, policy }) => `${n(operation)} was throttled (${n(policy)})`,
  'standby.taken': ({ machine }) => `Machine ${n(machine)} was taken from the standby pool`,
  'standby.noneReady': () => 'The standby pool had none ready',
  'rollout.started': ({ rollout, trigger, workList, total }) =>
    `Rollout ${Number(rollout) + 1} began (${n(trigger)}): ${n(workList)} of ${n(total)} instances to upgrade`,
  'rollout.check': ({ count, total, limitPercent, breached }) =>
    `${n(count)} of ${n(total)} unhealthy = ${ratioPercent(Number(count), Number(total), Number(limitPercent))} % ${breached === true ? '>' : '≤'} ${n(limitPercent)} %`,
  'rollout.batchStarted': ({ batch, size, cap, surge }) =>
    `Batch ${Number(batch) + 1} began with ${plural(Number(size), 'instance')} (at most ${n(cap)})${surge === true ? ', as surge' : ''}`,
  'rollout.batchShrunk': ({ size, cap }) => `The batch was cut to ${n(size)} of ${n(cap)}: others are unhealthy`,
  'rollout.surgeFellBack': ({ wanted, room }) => `No surge: room for ${n(room)} of ${n(wanted)}; upgraded in place`,
  'rollout.instanceFailed': ({ health, reason }) => `Failed its upgrade: ${n(reason)} (health ${n(health)})`,
  'rollout.batchEnded': ({ batch, successful, failed }) =>
    `Batch ${Number(batch) + 1} ended: ${n(successful)} successful, ${n(failed)} failed`,
  'rollout.goesOn': ({ failed }) => `Goes on although ${n(failed)} failed`,
  'rollout.paused': ({ pauseMs }) => `Pause of ${span(Number(pauseMs))}`,
  'rollout.cancelRequested': () => 'A user cancelled the upgrade',
  'rollout.rollingBack': ({ instances }) => `Rolls ${plural(Number(instances), 'instance')} back`,
  'rollout.ended': ({ status, code }) => `${n(status)}${n(code) === '' ? '' : `, ${n(code)}`}`,
  'zoneBalance.started': ({ from, to }) => `Zone balance moves an instance from zone ${n(from)} to ${n(to)}`,
  'zoneBalance.cancelled': () => 'Zone balance gave up',
  'maintenance.planned': ({ kind, waves }) =>
    `Maintenance of hosts (${n(kind)}) in ${plural(Number(waves), 'wave')} was planned`,
  'maintenance.stopped': ({ unhealthy }) => `Maintenance stopped: ${n(unhealthy)} unhealthy`,
  'maintenance.ended': () => 'Maintenance is over',
}

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
 * Everything worth a line, in order of time. The same thing happening to several instances of a set at one moment is one
 * line.
 */
export function decisionsOf({ trace }: Pick<RunResult, 'trace'>): Decision[] {
  const decisions: (Decision & { entries: number[]; subjects: string[]; key: string })[] = []
  const open = new Map<string, (typeof decisions)[number]>()
  let openAtMs = -1
  for (const entry of trace) {
    const words = WORDS[entry.what]
    if (words === undefined) continue
    if (entry.atMs !== openAtMs) open.clear()
    openAtMs = entry.atMs
    const text = words(entry.numbers)
    const [set, number] = entry.subject.split('/')
    const key = [entry.what, set, entry.rule, text].join('\u0000')
    const same = number === undefined ? undefined : open.get(key)
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
      key,
    }
    decisions.push(decision)
    open.set(key, decision)
  }
  return decisions.map(({ subjects, key: _, ...decision }) => ({
    ...decision,
    subject:
      subjects.length === 1
        ? decision.subject
        : `${plural(subjects.length, 'instance')} of ${decision.subject.split('/')[0]}`,
  }))
}

function toneOf({ what, numbers }: TraceEntry): Decision['tone'] {
  if (BAD.has(what) || numbers['breached'] === true || numbers['status'] === 'Faulted') return 'bad'
  return what === 'rollout.ended' && numbers['status'] === 'Completed' ? 'good' : 'plain'
}

/** `01:15:00 vmss-a: …`: for a place that takes one line. */
export const decisionLine = ({ atMs, subject, text, rule }: Decision): string =>
  `${formatClock(atMs)} ${subject}: ${text}${rule === null ? '' : ` (${rule})`}`
