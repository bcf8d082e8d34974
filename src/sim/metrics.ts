/**
 * One grain of a platform metric of a scale set: what its instances reported from `atMs` on, over one time grain. Across
 * instances, as `metricTrigger.statistic` combines them (AS-05): `average` is the mean of an instance, `total` the sum of
 * all, `minimum` and `maximum` the lowest and highest of any one, `count` the number of one-minute samples.
 */
export interface Grain {
  readonly atMs: number
  readonly average: number
  readonly minimum: number
  readonly maximum: number
  readonly total: number
  readonly count: number
}

/** What Azure Monitor shows of scale sets. Every number follows from the demand and from who serves it; nothing is drawn. */
export interface MetricSource {
  /**
   * The complete grains of the window, oldest first. Grains begin at multiples of `grainMs`, so the window is moved back
   * to the last one that is complete at `toMs` and always has (toMs - fromMs) / grainMs of them. A grain in which nothing
   * reported is left out (AS-44); a metric that nobody knows has none at all. Before time 0 everything was as at time 0
   * (design §5a 2), so a window may begin there. History goes back 12 hours and a little.
   *
   * A queue length is that of the whole queue: whoever wants it per instance divides (AS-05).
   */
  grains(setIndex: number, metricName: string, fromMs: number, toMs: number, grainMs: number): readonly Grain[]
  /** Whether there is such a metric at all; absent: there is any. */
  knows?(setIndex: number, metricName: string): boolean
}
