/** What autoscale has to know about load long past: the sum of a metric over the instances of a set. AS-51. */
export interface LoadHistory {
  /** Null: the metric has no history. `atMs` may be negative. */
  total(setIndex: number, metricName: string, atMs: number): number | null
}
