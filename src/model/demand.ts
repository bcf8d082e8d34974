/** How many requests come, and what one instance can take. Times in ms from the start of the run, rates in requests a second. */
export interface Demand {
  /** Scale sets that share it, in order of declaration: whoever of them serves takes a part. */
  readonly scaleSets: readonly string[]
  /** True: of these sets alone, and measured for them; false: of the whole estate. */
  readonly isOwn: boolean
  /** The level before anything below; of a trace the level of each moment until the next one. */
  readonly base: { readonly requestsPerSecond: number } | { readonly trace: readonly TracePoint[] }
  readonly perInstance: number
  readonly shape?: DemandShape
  readonly steps: readonly DemandStep[]
  readonly spikes: readonly DemandSpike[]
  readonly noise?: { readonly percent: number; readonly everyMs: number }
  /** Percentage CPU of an instance that serves nothing, and of one that takes all it can. */
  readonly cpu: { readonly idle: number; readonly atFull: number }
  /** Absent: there is no memory metric. */
  readonly memory?: { readonly idle: number; readonly atFull: number }
  /** True: requests are messages, and what finds no capacity waits. */
  readonly queue: boolean
}

export interface TracePoint {
  readonly atMs: number
  readonly requestsPerSecond: number
}

/** Factors at moments, linear between them. Without `repeatMs` the first and the last one hold outside of them. */
export interface DemandShape {
  readonly points: readonly { readonly atMs: number; readonly factor: number }[]
  readonly repeatMs?: number
}

export interface DemandStep {
  readonly atMs: number
  readonly factor: number
  /** Absent: to the end. */
  readonly forMs?: number
}

/** Rises linearly to `factor`, holds it, and falls back to 1. */
export interface DemandSpike {
  readonly atMs: number
  readonly factor: number
  readonly riseMs: number
  readonly holdMs: number
  readonly fallMs: number
}

const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

/** A day of office work, by the hour: quiet at night, a peak before and after noon. The mean is about 0.6. */
const DAILY = [
  0.3, 0.25, 0.2, 0.2, 0.2, 0.3, 0.45, 0.65, 0.85, 1, 1, 0.95, 0.9, 1, 1, 0.95, 0.85, 0.75, 0.65, 0.6, 0.55, 0.5, 0.4,
  0.35,
]
/** Monday to Sunday. */
const WEEKDAYS = [1, 1, 1, 1, 0.95, 0.5, 0.45]

export const SHAPE_PRESETS = {
  daily: { points: DAILY.map((factor, hour) => ({ atMs: hour * HOUR_MS, factor })), repeatMs: DAY_MS },
  weekly: {
    points: WEEKDAYS.flatMap((weekday, day) =>
      DAILY.map((factor, hour) => ({ atMs: day * DAY_MS + hour * HOUR_MS, factor: factor * weekday })),
    ),
    repeatMs: 7 * DAY_MS,
  },
} as const satisfies Readonly<Record<string, DemandShape>>

/** Whether nothing but its own base ever moves it; `shiftDemand` may. */
export const isConstant = ({ base, shape, steps, spikes, noise }: Demand): boolean =>
  'requestsPerSecond' in base && shape === undefined && steps.length === 0 && spikes.length === 0 && noise === undefined
