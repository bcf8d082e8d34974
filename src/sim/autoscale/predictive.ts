const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** Least and most history of a forecast, days. AS-51. */
const DAYS_MIN = 7
const DAYS_MAX = 15

/** The sum of a metric over all instances in the minute of this moment, before the run as well; null: nothing is known. */
export type TotalAt = (atMs: number) => number | null

/** Days of history at a moment; under seven the model is still being trained. AS-51. */
export function historyDays(historyMs: number, nowMs: number): number {
  return Math.min(DAYS_MAX, Math.floor((historyMs + nowMs) / DAY_MS))
}

/**
 * The forecast for a moment, as a sum over instances (five give up to 500 %): the mean of the same minute on the days before,
 * seven at least and fifteen at most; the same weekday weighs more. Null while there are fewer. AS-51, AS-53, `sameWeekdayWeight`.
 *
 *   7 days, weight 6, 300 on the same weekday and 100 on the six others -> (6 * 300 + 6 * 100) / 12 = 200.
 */
export function forecastTotal(totalAt: TotalAt, atMs: number, days: number, sameWeekdayWeight: number): number | null {
  if (days < DAYS_MIN) return null
  let sum = 0
  let weights = 0
  for (let day = 1; day <= Math.min(days, DAYS_MAX); day++) {
    const total = totalAt(atMs - day * DAY_MS)
    if (total === null) continue
    const weight = day % 7 === 0 ? sameWeekdayWeight : 1
    sum += weight * total
    weights += weight
  }
  return weights === 0 ? null : sum / weights
}

/** The highest forecast from now to the look-ahead, minute by minute: predicted CPU may act that early (AS-52). */
export function highestForecast(
  forecastAt: (minuteMs: number) => number | null,
  nowMs: number,
  lookAheadMs: number,
): number | null {
  let highest: number | null = null
  const first = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS
  for (let atMs = first; atMs <= nowMs + lookAheadMs; atMs += MINUTE_MS) {
    const forecast = forecastAt(atMs)
    if (forecast !== null && (highest === null || forecast > highest)) highest = forecast
  }
  return highest
}
