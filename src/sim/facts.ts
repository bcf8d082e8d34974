import type { Instance } from './instance.ts'
import type { ScaleSetState } from './scale-set-state.ts'

type Listener = (instance: Instance) => void
type SetListener = (set: ScaleSetState) => void
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
  /** The control plane gave up on it. */
  readonly provisioningFailed: Listener[] = []
  /** The reported health changed. */
  readonly healthChanged: HealthListener[] = []
  /** It is gone for good. */
  readonly deleted: Listener[] = []
  /** It was powered off or deallocated. */
  readonly stopped: Listener[] = []
  /** A batch of the set's rolling upgrade has ended; another one may follow: RU-18. */
  readonly batchEnded: SetListener[] = []
  /** The set's rolling upgrade is over. */
  readonly upgradeEnded: SetListener[] = []
  /** Something a swimlane shows has changed. */
  readonly looksDifferent: Listener[] = []

  announce(listeners: readonly Listener[], instance: Instance): void {
    for (let i = 0; i < listeners.length; i++) listeners[i]!(instance)
  }

  announceSet(listeners: readonly SetListener[], set: ScaleSetState): void {
    for (let i = 0; i < listeners.length; i++) listeners[i]!(set)
  }

  announceHealth(instance: Instance, from: number, to: number): void {
    for (let i = 0; i < this.healthChanged.length; i++) this.healthChanged[i]!(instance, from, to)
  }
}
