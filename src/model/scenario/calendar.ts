const DAY_MS = 86_400_000

export const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const

/** Days from 1970-01-01 to this day of the Gregorian calendar. 2026-01-05 -> 20458. */
export function dayNumber(year: number, month: number, day: number): number {
  // Years begin in March here, so that the odd day of a leap year is the last one.
  const y = month <= 2 ? year - 1 : year
  const monthFromMarch = (month + 9) % 12
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

/** 0 is Monday. */
export function weekdayOf(year: number, month: number, day: number): number {
  // 1970-01-01 was a Thursday.
  return (((dayNumber(year, month, day) + 3) % 7) + 7) % 7
}

/** Monday, 2026-01-05: the day on which every run begins, at 00:00. */
const FIRST_DAY = dayNumber(2026, 1, 5)

/** The moment at which every run begins, ms after 1970-01-01T00:00Z: what a clock of Azure would show at 0. */
export const RUN_START_MS = FIRST_DAY * DAY_MS

/**
 * A date and time of day as ms from the start of a run, which is Monday, 2026-01-05T00:00; undefined when it is none, or the
 * day does not exist. An offset is passed over: the clock of a run is that of the time zone in which the date is written.
 *
 *   2026-01-05T08:00:00Z -> 28800000.   2026-01-06 -> 86400000.   2025-12-29T00:00 -> -604800000.
 */
export function msOfDate(text: string): number | undefined {
  const match =
    /^(\d{4})-(\d{2})-(\d{2})(?:[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/.exec(
      text,
    )
  if (match === null) return undefined
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  if (month < 1 || month > 12 || day < 1) return undefined
  const next = month === 12 ? dayNumber(year + 1, 1, 1) : dayNumber(year, month + 1, 1)
  const date = dayNumber(year, month, day)
  if (date >= next) return undefined
  const timeMs = (Number(match[4] ?? 0) * 3600 + Number(match[5] ?? 0) * 60 + Number(match[6] ?? 0)) * 1000
  return (date - FIRST_DAY) * DAY_MS + timeMs
}
