import type { ScaleSetModel } from '../model/scale-set.ts'
import type { Copy } from './gallery/copy.ts'
import type { Instance } from './instance.ts'
import type { ScaleSetState } from './scale-set-state.ts'

type Listener = (instance: Instance) => void
type SetListener = (set: ScaleSetState) => void
type ModelListener = (set: ScaleSetState, before: ScaleSetModel) => void
type CopyListener = (copy: Copy) => void
type ZoneListener = (region: string, zone: string, isLost: boolean) => void
type CapacityListener = (set: ScaleSetState, by: number, isOfUser: boolean) => void
type HealthListener = (instance: Instance, from: number, to: number) => void

/**
 * What mechanisms tell each other. A mechanism announces what has become true; whoever cares has subscribed when the run
 * was set up. Listeners are called in order of subscription, at once, within the event that made it true.
 */
export class Facts {
  /** The control plane has begun to create it. */
  readonly created: Listener[] = []
  /** Provisioning and all extensions are done: TH-13. */
  readonly provisioned: Listener[] = []
  /** Its disk cannot be made for now: the only copy of its image is out of reach. */
  readonly imageMissing: Listener[] = []
  /** The control plane gave up on it. */
  readonly provisioningFailed: Listener[] = []
  /** The reported health changed. */
  readonly healthChanged: HealthListener[] = []
  /** A user set or lifted its protection: PR-1. */
  readonly protectionChanged: Listener[] = []
  /** It serves now, or does no longer; at time 0 as well. */
  readonly servingChanged: Listener[] = []
  /** What it does for the users may have changed, or why it does nothing. */
  readonly conditionChanged: Listener[] = []
  /** It is no member of its set any more: its delete was announced or has begun. */
  readonly left: Listener[] = []
  /** Its delete was announced and waits for its notice; it counts no longer. */
  readonly leaving: Listener[] = []
  /** Somebody deleted this one machine, past its scale set: AS-43. */
  readonly deletedIndividually: Listener[] = []
  /** It is gone for good. */
  readonly deleted: Listener[] = []
  /** It could not be deleted and stays, powered off: PL-64. */
  readonly deleteFailed: Listener[] = []
  /** One that was powered off or deallocated is being started. */
  readonly started: Listener[] = []
  /** It was powered off or deallocated. */
  readonly stopped: Listener[] = []
  /** A batch of the set's rolling upgrade has ended; another one may follow: RU-18. */
  readonly batchEnded: SetListener[] = []
  /** The set's rolling upgrade is over. */
  readonly upgradeEnded: SetListener[] = []
  /** The set's rolling upgrade has an instance more behind it, or has taken one back. */
  readonly upgradeProgressed: SetListener[] = []
  /** The document of the set was written anew, instances aside. */
  readonly modelChanged: ModelListener[] = []
  /** Somebody wrote to the set, with PUT, PATCH or POST: PL-32. */
  readonly written: SetListener[] = []
  /** A user or autoscale wants so many more instances, or fewer. */
  readonly capacityWished: CapacityListener[] = []
  /** An operation of automatic zone balance is over. */
  readonly zoneBalanceEnded: SetListener[] = []
  /** The copy of an image version in a region is complete or has failed. */
  readonly copyChanged: CopyListener[] = []
  /** A zone of a region was lost, or is back: AV-03. */
  readonly zoneChanged: ZoneListener[] = []
  /** Something a swimlane shows has changed. */
  readonly looksDifferent: Listener[] = []

  announce(listeners: readonly Listener[], instance: Instance): void {
    for (let i = 0; i < listeners.length; i++) listeners[i]!(instance)
  }

  announceSet(listeners: readonly SetListener[], set: ScaleSetState): void {
    for (let i = 0; i < listeners.length; i++) listeners[i]!(set)
  }

  announceModel(set: ScaleSetState, before: ScaleSetModel): void {
    for (let i = 0; i < this.modelChanged.length; i++) this.modelChanged[i]!(set, before)
  }

  announceCopy(copy: Copy): void {
    for (let i = 0; i < this.copyChanged.length; i++) this.copyChanged[i]!(copy)
  }

  announceCapacityWish(set: ScaleSetState, by: number, isOfUser: boolean): void {
    for (let i = 0; i < this.capacityWished.length; i++) this.capacityWished[i]!(set, by, isOfUser)
  }

  announceZone(region: string, zone: string, isLost: boolean): void {
    for (let i = 0; i < this.zoneChanged.length; i++) this.zoneChanged[i]!(region, zone, isLost)
  }

  announceHealth(instance: Instance, from: number, to: number): void {
    for (let i = 0; i < this.healthChanged.length; i++) this.healthChanged[i]!(instance, from, to)
  }
}
