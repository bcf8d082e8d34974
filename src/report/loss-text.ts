import { formatClock } from '../model/duration.ts'
import type { LossReason } from '../sim/result.ts'

type Words = (lost: LossReason) => string

const number = ({ numbers }: LossReason, name: string): string => String(numbers[name] ?? '')
const of = ({ subject }: LossReason): string => (subject === null || subject === 'world' ? '' : ` of ${subject}`)
const from = (lost: LossReason): string => of(lost).replace(/^ of /, ' from ')

/** In words what stands in the trace under this name. */
const WORDS: Readonly<Record<string, Words>> = {
  'defect.active': (lost) => `${number(lost, 'defect')} (${number(lost, 'of')})`,
  'demand.changed': (lost) => `the demand${of(lost)} (${number(lost, 'what')})`,
  'demand.rises': () => 'demand above what the fleet can take',
  'dependency.failed': (lost) => `${number(lost, 'dependency')} failed`,
  'event.scheduled': (lost) => `scheduled events (${number(lost, 'eventType')})`,
  'faultDomain.failed': (lost) => `fault domain ${number(lost, 'faultDomain')}${of(lost)} without power`,
  'gallery.diskUnavailable': (lost) =>
    `no disk to be made, the only copy of ${number(lost, 'version')} being in the lost zone ${number(lost, 'zone')},`,
  'host.failed': () => 'hosts that failed',
  'instance.broken': () => 'the application broke',
  'instance.deleteFailed': () => 'deletes that failed',
  'instance.hung': () => 'the guest hung',
  'instance.noMachine': (lost) => `no machine to be had (${number(lost, 'code')})`,
  'instance.paused': () => 'guests paused for maintenance',
  'instance.stopping': (lost) => `stopped (${number(lost, 'operation')})`,
  'instance.updating': (lost) => `brought to another state by a user (${number(lost, 'action')})`,
  'maintenance.planned': (lost) => `maintenance of hosts${of(lost)} (${number(lost, 'kind')})`,
  'maintenance.selfStarted': () => 'maintenance that the owner started',
  'manualUpgrade.started': (lost) => `manual upgrade${of(lost)}`,
  'rollout.started': (lost) => `rolling upgrade ${Number(lost.numbers['rollout']) + 1}${of(lost)}`,
  'repair.started': (lost) => `automatic repairs (${number(lost, 'action')})`,
  'scaleSet.scaledOut': (lost) => `scale-out${of(lost)}: new instances coming up`,
  'spot.lifeEnded': () => 'Spot machines evicted one by one',
  'spot.outbid': (lost) =>
    `Spot price ${number(lost, 'price')} above the maxPrice ${number(lost, 'maxPrice')}${of(lost)}`,
  'spot.reclaimed': (lost) => `Spot capacity taken back${from(lost)}`,
  'spot.reclaimedFrom': (lost) => `Spot capacity of ${number(lost, 'where')} taken back`,
  'spot.restored': () => 'restored Spot instances coming up',
  'spot.simulated': () => 'evictions that were simulated',
  'zoneBalance.started': (lost) => `automatic zone balance${of(lost)}`,
  'zone.failed': (lost) => `zone ${number(lost, 'zone')} of ${number(lost, 'region')} lost`,
}

/** `zone 1 of eastus lost at 10:00:00 (AV-03)`; of what happened again later the first time: `first at 10:00:00`. */
export function lossText(lost: LossReason): string {
  const words = WORDS[lost.reason]?.(lost) ?? lost.reason
  const rule = lost.rule === null ? '' : ` (${lost.rule})`
  const when = lost.isRepeated === true ? 'first at' : 'at'
  return `${words} ${when} ${formatClock(lost.firstAtMs)}${rule}`
}
