import type { ScaleDirection } from './scale-step.ts'

/**
 * One event of the run history of an autoscale setting, with Azure's names; times in ms from the start of the run.
 * AS-32, AS-40, AS-42.
 */
export interface AutoscaleEvent {
  readonly atMs: number
  readonly setting: string
  readonly scaleSet: string
  readonly event:
    | 'AutoscaleAction'
    | 'Flapping'
    | 'FlappingOccurred'
    | 'MetricFailure'
    | 'MetricRecovery'
    | 'PredictiveMetricFailure'
  /** The profile that was active. */
  readonly selectedAutoscaleProfile: string
  readonly currentInstanceCount: number
  readonly newInstanceCount: number
  readonly scaleDirection: ScaleDirection | null
  /** Of an action: how the operation on the scale set ended; null for other events. */
  readonly resultType: 'InProgress' | 'Succeeded' | 'Failed' | 'Timeout' | null
  readonly endedAtMs: number | null
  /** What decided it, in one line. */
  readonly resultDescription: string
  readonly rule: string
}

/** The same while the run goes on. */
export type AutoscaleRecord = { -readonly [Key in keyof AutoscaleEvent]: AutoscaleEvent[Key] }
