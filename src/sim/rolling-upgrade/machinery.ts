import type { ApplicationTruth } from '../application.ts'
import type { Instance } from '../instance.ts'
import type { LifeCycle } from '../life-cycle.ts'
import type { ScaleSetState } from '../scale-set-state.ts'
import type { RolloutRecord } from './rollout-record.ts'

/** What a rolling upgrade needs of the rest of the run. */
export interface Machinery {
  readonly life: LifeCycle
  readonly application: ApplicationTruth
  readonly codes: {
    readonly nextBatch: number
    readonly batchEnd: number
    readonly waitEnded: number
    readonly timeout: number
  }
  /** Instances the quota still has room for in the set's region: MS-3, MS-4. */
  room(set: ScaleSetState, zones: readonly number[]): number
  /** `image`: the one an OS upgrade brings, whatever latest means by now. */
  createSurge(set: ScaleSetState, zone: number, image: string | undefined): Instance
  /** Shows the record as RollingBack until these instances are up again, then as Faulted. */
  showUntilBack(record: RolloutRecord, instances: readonly Instance[]): void
  nameOf(instance: Instance): string
  ended(set: ScaleSetState, record: RolloutRecord): void
}
