import type { AutoscaleProfile, AutoscaleSetting } from '../../model/autoscale/setting.ts'
import type { Instance } from '../instance.ts'
import type { ScaleSetState } from '../scale-set-state.ts'
import type { LastScaleAction } from './cooldown.ts'
import type { AutoscaleDecision } from './evaluate.ts'
import type { AutoscaleRecord } from './history.ts'
import type { ScaleDirection } from './scale-step.ts'

export type ScaleDecision = Extract<AutoscaleDecision, { act: 'scale' }>

/** A scale operation that autoscale issued. One that waits for a running upgrade (RU-18) runs all the same. */
export interface Operation {
  readonly startedAtMs: number
  readonly decision: ScaleDecision
  readonly record: AutoscaleRecord
  /** Where the metric window of the rule began that led to it. */
  readonly windowFromMs: number
  /** Instances that are still being created or deleted. */
  readonly open: Set<Instance>
  failed: boolean
}

/** The last change that a rule led to, and whether its effect is there. */
export interface Move {
  readonly direction: ScaleDirection
  readonly changed: readonly Instance[]
  readonly atMs: number
  effectAtMs: number
}

/** How often autoscale did what, for one scale set. */
export interface AutoscaleCounts {
  scaleOuts: number
  scaleIns: number
  flaps: number
  /** Spells in which the projection held a scale-in back, and scale-ins it made smaller. */
  flapsPrevented: number
}

export interface SettingState {
  readonly setting: AutoscaleSetting
  readonly set: ScaleSetState
  last: LastScaleAction | null
  operation: Operation | null
  /** What kept the last evaluation from taking place; empty: nothing. */
  blockedBy: string
  move: Move | null
  profile: AutoscaleProfile | null
  /** What the last evaluation told, so that only news is recorded. */
  told: string
  metricsMissing: boolean
  forecastMissing: boolean
  flapping: boolean
  /** Why the last request changed nothing; empty: it changed something. */
  cameToNothing: string
  /** Instances that single deletes took and that autoscale still counts (AS-43). */
  unseen: number
  /** Forecast by metric source, minute and days of history, as it never changes once it is made. */
  readonly forecasts: Map<string, number | null>
  readonly counts: AutoscaleCounts
}

export function newState(setting: AutoscaleSetting, set: ScaleSetState): SettingState {
  return {
    setting,
    set,
    last: null,
    operation: null,
    blockedBy: '',
    move: null,
    profile: null,
    told: '',
    metricsMissing: false,
    forecastMissing: false,
    flapping: false,
    cameToNothing: '',
    unseen: 0,
    forecasts: new Map(),
    counts: { scaleOuts: 0, scaleIns: 0, flaps: 0, flapsPrevented: 0 },
  }
}
