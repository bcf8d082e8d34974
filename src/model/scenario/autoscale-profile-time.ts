import { z } from 'zod'
import type { ProfileTime } from '../autoscale/setting.ts'
import { TIME_ZONES, timeZoneOf } from '../autoscale/time-zones.ts'
import { type BodyShape, body, value } from './body.ts'
import { msOfDate, WEEKDAYS } from './calendar.ts'
import type { Path } from './document.ts'
import { show } from './issues.ts'
import { sameName } from './names.ts'
import { nearest } from './nearest.ts'
import { numberOf } from './numeric-text.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

export const FIXED_DATE_SHAPE: BodyShape = { members: { timeZone: value, start: value, end: value } }
export const RECURRENCE_SHAPE: BodyShape = {
  members: {
    frequency: value,
    schedule: body({ members: { timeZone: value, days: value, hours: value, minutes: value } }),
  },
}

const integers = z.array(z.union([z.number().int(), z.string()], { error: 'a whole number' })).min(1)

export const fixedDateBody = z.strictObject({ timeZone: z.string().optional(), start: z.string(), end: z.string() })
export const recurrenceBody = z.strictObject({
  frequency: z.string(),
  schedule: z.strictObject({
    timeZone: z.string().optional(),
    days: z.array(z.unknown()).min(1),
    hours: integers,
    minutes: integers,
  }),
})

/** The part of a profile that says when it holds. */
export interface RawProfileTime {
  readonly name: string
  readonly fixedDate?: z.infer<typeof fixedDateBody> | undefined
  readonly recurrence?: z.infer<typeof recurrenceBody> | undefined
}

interface TimeReading {
  readonly wrong: (code: 'E0153' | 'E0156', at: Path, message: string, hint: string) => void
}

/** UTC is what Azure takes where none is written. */
export const timeZoneOfProfile = ({ fixedDate, recurrence }: RawProfileTime): string | undefined => {
  const time = fixedDate ?? recurrence?.schedule
  if (time === undefined) return undefined
  return time.timeZone === undefined ? 'UTC' : (timeZoneOf(time.timeZone) ?? time.timeZone)
}

function checkTimeZone(written: string | undefined, at: Path, reading: TimeReading): void {
  if (written === undefined || timeZoneOf(written) !== undefined) return
  const near = nearest(written, TIME_ZONES)
  const hint =
    near === undefined
      ? 'Azure takes the names of Windows, for example UTC or W. Europe Standard Time'
      : `did you mean ${near}?`
  reading.wrong('E0156', at, `${show(written)} is no time zone`, hint)
}

/**
 * When a profile holds, as ms on the clock of the run: AS-02, AS-03. `wrong` is told every mistake by its place below `at`.
 */
export function readTime(raw: RawProfileTime, at: Path, reading: TimeReading): ProfileTime {
  const { fixedDate, recurrence } = raw
  if (fixedDate !== undefined && recurrence !== undefined) {
    const message = `profile ${show(raw.name)} has a fixed date and a recurrence`
    reading.wrong('E0153', [...at, 'fixedDate'], message, 'keep one of them')
  }
  if (fixedDate !== undefined) return readFixedDate(fixedDate, [...at, 'fixedDate'], reading)
  if (recurrence !== undefined) return readRecurrence(recurrence, [...at, 'recurrence'], reading)
  return { kind: 'default' }
}

function readFixedDate(raw: NonNullable<RawProfileTime['fixedDate']>, at: Path, reading: TimeReading): ProfileTime {
  checkTimeZone(raw.timeZone, [...at, 'timeZone'], reading)
  const date = (key: 'start' | 'end'): number => {
    const ms = msOfDate(raw[key])
    const message = `${key} must be a date and time, got ${show(raw[key])}`
    if (ms === undefined) reading.wrong('E0156', [...at, key], message, 'write for example 2026-01-05T08:00:00')
    return ms ?? Number.NaN
  }
  const [startMs, endMs] = [date('start'), date('end')]
  if (endMs <= startMs || endMs - startMs > 365 * DAY_MS) {
    const message = 'a fixed date ends after its start, and within 365 days'
    reading.wrong('E0156', [...at, 'end'], message, 'mend start or end')
  }
  return { kind: 'fixedDate', startMs, endMs }
}

function readRecurrence(
  { frequency, schedule }: NonNullable<RawProfileTime['recurrence']>,
  at: Path,
  reading: TimeReading,
): ProfileTime {
  const wrong = (path: Path, message: string, hint: string) => reading.wrong('E0156', [...at, ...path], message, hint)
  if (!sameName(frequency, 'Week')) {
    const hint = 'write Week, and all seven days for every day'
    wrong(['frequency'], `a profile comes back by the Week, got ${show(frequency)}`, hint)
  }
  checkTimeZone(schedule.timeZone, [...at, 'schedule', 'timeZone'], reading)
  const days = schedule.days.map((day, index) => {
    const number = weekdayNumber(day)
    const hint = `write ${WEEKDAYS.join(', ')}`
    if (number === undefined) wrong(['schedule', 'days', index], `${show(day)} is no weekday`, hint)
    return number ?? 0
  })
  const timesOf = (key: 'hours' | 'minutes', below: number) =>
    schedule[key].map((written, index) => {
      const number = numberOf(written)
      const message = `${key} are from 0 to ${below - 1}, got ${show(written)}`
      if (!Number.isInteger(number) || number < 0 || number >= below)
        wrong(['schedule', key, index], message, 'one hour and one minute are usual')
      return number
    })
  const hours = timesOf('hours', 24)
  const minutes = timesOf('minutes', 60)
  const startsMs = days.flatMap((day) =>
    hours.flatMap((hour) => minutes.map((minute) => day * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS)),
  )
  return { kind: 'recurrence', startsMs: [...new Set(startsMs)].sort((a, b) => a - b) }
}

/** `Monday`, in any case, or the number of .NET, in which 0 is Sunday (the REST example has "1"). 0 is Monday here. */
function weekdayNumber(day: unknown): number | undefined {
  const index = WEEKDAYS.findIndex((name) => typeof day === 'string' && sameName(name, day))
  if (index >= 0) return index
  return /^[0-6]$/.test(String(day)) ? (Number(day) + 6) % 7 : undefined
}
