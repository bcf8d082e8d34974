import { scaleLinear } from 'd3-scale'

const DURATION_STEPS_MS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
].map((seconds) => seconds * 1000)

/** About so many round values from `low` to `high`; durations in ms are round in seconds, minutes and hours. */
export function roundValues(low: number, high: number, count: number, isDuration: boolean): number[] {
  if (!isDuration) return scaleLinear([low, high], [0, 1]).ticks(count)
  const step = DURATION_STEPS_MS.find((one) => (high - low) / one <= count + 1) ?? DURATION_STEPS_MS.at(-1)!
  const values: number[] = []
  for (let value = Math.ceil(low / step) * step; value <= high; value += step) values.push(value)
  return values
}
